"""Every write: one module a noun; a transaction, a permission check, an activity line."""
