"""Both databases for the engine's tests."""

from databases import cluster, on_database, on_postgresql, on_sqlite

__all__ = ["cluster", "on_database", "on_postgresql", "on_sqlite"]
