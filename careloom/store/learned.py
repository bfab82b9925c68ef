"""The table of what reviewers say of drafts, kept for whoever improves them."""

from django.db import models

from careloom.store.row import Row


class Lesson(Row):
    """Feedback on a draft, kept for whoever improves the drafts."""

    proposal = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="lessons")
    sealed = models.BinaryField()
    at = models.DateTimeField()
