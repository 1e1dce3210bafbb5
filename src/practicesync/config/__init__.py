"""Settings, addresses, checks and logging: how the parts are put together on one machine."""
