"""Field rules, and a preview of every change of policy."""
