"""Settings > Practice management: the connection to XPM."""
