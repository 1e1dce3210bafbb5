"""Template filters of single screens; what every template uses is in `tags`."""
