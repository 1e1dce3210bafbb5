"""The pure core: decides what to do from data alone. No Django, clock, randomness or network."""
