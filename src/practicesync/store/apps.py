"""The Django app of the store."""

import gc

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Holds every model of the product."""

    name = "practicesync.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Spare collections what was loaded at start, which is never garbage: planning a firm takes a tenth less."""
        gc.freeze()
