"""The browser's door: screens that parse, call a query or an operation, and render."""
