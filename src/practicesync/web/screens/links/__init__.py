"""Links to review: who is who, pile by pile, at the pace of reading."""
