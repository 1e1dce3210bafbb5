"""The Django app of the store."""

import gc

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Holds every model of the product."""

    name = "practicesync.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Spare collections what was loaded at start, which is never garbage, and look for garbage less often.

        Nearly all that is made ends without a collection, and a plan makes some thousand objects a time that stay:
        planning a firm takes a fifth less.
        """
        gc.freeze()
        gc.set_threshold(20_000)
