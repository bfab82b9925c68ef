"""The tables of CDS Hooks: the cards that were given, what became of them, and which signed statements were used."""

from django.db import models

from careloom.store.row import Row


class HookCard(Row):
    """A card that was given to an EHR: by which rule it was made and how grave it is, of whom and of which document, to whom."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="hook_cards", null=True)
    proposal = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="hook_cards", null=True)
    service = models.CharField(max_length=64)
    rule = models.CharField(max_length=32)
    indicator = models.CharField(max_length=8)
    issuer = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="hook_card_given")]


class HookFeedback(Row):
    """What an EHR said became of a card; the same said again is kept once. `sealed_comment` are a person's words."""

    card = models.ForeignKey(HookCard, models.PROTECT, related_name="feedback")
    outcome = models.CharField(max_length=16)
    reason = models.CharField(max_length=64)
    said_at = models.DateTimeField()
    at = models.DateTimeField()
    sealed_comment = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["card", "outcome", "said_at"], name="one_hook_feedback")
        ]


class UsedStatement(Row):
    """A signed statement by which an EHR said who asks, by its digest: it is good for one request, and forgotten when it has ended."""

    digest = models.CharField(max_length=64)
    ends = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "digest"], name="one_use")]
