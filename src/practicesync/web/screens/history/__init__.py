"""The history of values: of a client, field by field, or of a run; on screen and as a file."""
