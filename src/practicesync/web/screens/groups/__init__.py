"""The register's groups of clients."""
