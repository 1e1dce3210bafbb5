"""Admin > Add-ons: what the firm has switched on."""
