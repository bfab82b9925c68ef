"""The table of notes' fingerprints."""

from django.db import models

from careloom.store.row import Row


class NoteMark(Row):
    """A blind fingerprint of a note's text (store/note_texts.py), by the entry and the patient under whom it arrived."""

    entry = models.CharField(max_length=32)
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "entry", "patient", "mark"], name="one_note_mark"
            ),
        ]
