"""Code that knows remote systems. Nothing here imports Django, the store or anything above."""
