"""The tables of what was read from other systems' servers: how far, and exports under way."""

from django.db import models

from careloom.store.row import Row


class PullMark(Row):
    """Until when (by the server's clock) everything that one search gives has been read and stored.

    `kind` is the search's name, `scope` the blind index of the patient it was for, "" for the whole server.
    """

    source = models.CharField(max_length=128)
    kind = models.CharField(max_length=128)
    scope = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source", "kind", "scope"], name="one_mark"),
        ]


class StoredExport(Row):
    """A bulk export: what was asked for, where it is asked after, its files (sealed), and which of them are stored.

    `state` is asked, listed, done or given up; of one source and scope at most one is asked or listed.
    """

    source = models.CharField(max_length=128)
    scope = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    sealed = models.BinaryField()
    done = models.JSONField(default=list)
    created = models.DateTimeField()
    changed = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "source", "state"], name="export_state")]
