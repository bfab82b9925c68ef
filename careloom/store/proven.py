"""The tables of how people prove who they are, and where they are signed in."""

from django.db import models

from careloom.store.row import Row


class StoredFactor(Row):
    """One way in which a person proves who she is: an authenticator app's secret, a passkey, a recovery code,
    what an identity provider calls her.

    `mark` is the blind index of a passkey's id, of a recovery code, of a subject elsewhere. `counter` is the last time step of a code, or the
    signature counter of a passkey: what is not above it was used before. `wrong` counts wrong codes in a row.
    """

    user = models.ForeignKey("store.User", models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=64, blank=True)
    sealed_secret = models.BinaryField()
    counter = models.BigIntegerField(default=0)
    wrong = models.IntegerField(default=0)
    made = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "mark"], name="one_factor"),
        ]
        indexes = [models.Index(fields=["organisation", "mark"], name="factor_by_mark")]


class StoredSignIn(Row):
    """Where somebody is signed in: the session, the browser as it calls itself, the address it came from."""

    user = models.ForeignKey("store.User", models.CASCADE, related_name="sign_ins")
    session = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=64, blank=True)
    way = models.CharField(max_length=64)
    since = models.DateTimeField()
