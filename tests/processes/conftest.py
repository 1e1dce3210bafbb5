"""Both databases for workers in processes of their own."""

from databases import cluster, on_database, on_postgresql, on_sqlite

__all__ = ["cluster", "on_database", "on_postgresql", "on_sqlite"]
