"""What is remembered: the only Django models and migrations. Written by operations alone, read by queries."""
