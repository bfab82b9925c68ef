"""What every table has, and where its sealed values belong."""

import uuid

from django.db import models

from careloom.store.ids import new_id


class Row(models.Model):
    """What every table has: an id and its organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.CharField(max_length=64, editable=False)

    class Meta:
        abstract = True


def place(table: str, row: uuid.UUID, column: str) -> str:
    """Where a sealed value belongs: the associated data of its encryption."""
    return f"{table}/{row.hex}/{column}"
