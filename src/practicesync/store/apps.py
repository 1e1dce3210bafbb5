"""The Django app of the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Holds every model of the product."""

    name = "practicesync.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
