"""Xero's identity service: authorise page, tokens, connections.

Sources: Xero developer documentation, "The standard authorization code flow", "The PKCE flow", "Token types",
"Tenants".
"""
