"""The tables of tokens for machines, and of how often somebody came lately."""

from django.db import models

from careloom.store.row import Row


class StoredToken(Row):
    """A token: whose permissions it has at most, and for what. Of the token itself there is a hash alone."""

    user = models.ForeignKey("store.User", models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.TextField()
    made = models.DateTimeField()
    ends = models.DateTimeField()
    used = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_token_name")]


class Coming(Row):
    """How often somebody (`who`: a token, a user, an address) came in one minute."""

    who = models.CharField(max_length=96)
    minute = models.DateTimeField()
    times = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "who", "minute"], name="one_coming")]
