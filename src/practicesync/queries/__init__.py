"""Every read: frozen dataclasses for one screen, command or endpoint."""
