"""What the client picker shows while somebody types."""
