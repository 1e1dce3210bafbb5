"""A faithful Xero Practice Manager of one's own, for tests, demonstrations and training."""
