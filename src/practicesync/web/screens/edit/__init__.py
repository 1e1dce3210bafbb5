"""The form that adds and edits a client."""
