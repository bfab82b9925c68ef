"""The store as a Django app."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Models of the label `store`."""

    name = "careloom.store"
    label = "store"
    default_auto_field = "django.db.models.UUIDField"
