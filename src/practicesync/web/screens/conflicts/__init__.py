"""The conflicts inbox: what changed on both sides, what never agreed, what was left as it is."""
