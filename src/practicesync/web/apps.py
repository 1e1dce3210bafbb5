"""The Django app of the screens; it has no models."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The screens."""

    name = "practicesync.web"
    label = "web"
