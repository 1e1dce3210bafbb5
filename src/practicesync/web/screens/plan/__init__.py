"""The firm's plan: what would move, looked at and chosen."""
