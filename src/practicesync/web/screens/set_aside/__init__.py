"""Setting clients aside, taking them back, and trying again what failed."""
