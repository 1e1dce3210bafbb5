"""A sheet: lines chosen out of the plan, applied as they are shown."""
