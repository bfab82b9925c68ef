"""Second factors: what proves who somebody is beside, or instead of, a password.

Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, one step of clock skew either way), passkeys
(WebAuthn Level 2; checked by the door, which knows the site's address), and recovery codes that work once each.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db.models import F, QuerySet

from careloom.errors import InputError, Refused
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import StoredFactor, place

CODE, PASSKEY, RECOVERY, IDENTITY = "code", "passkey", "recovery", "identity"
SECOND = (CODE, PASSKEY)
SECRET_BYTES = 20
DIGITS, STEP_SECONDS, SKEW = 6, 30, 1
RECOVERY_CODES = 10
# Without letters and digits that look alike; twelve of them are 59 bits.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LETTERS_OF_A_CODE = 12
# After so many wrong codes in a row, from wherever, the app's codes count no more until it is set up anew (NIST SP 800-63B
# 5.2.2 allows a hundred).
MOST_WRONG = 20


_OF = Asked(
    lambda organisation, user, kinds: (
        StoredFactor.objects.filter(organisation=organisation, user_id=user, kind__in=kinds)
        .order_by("made", "id")
        .values_list("id", "kind", "name", "made", "used")
    )
)


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor that somebody set up."""

    id: str
    kind: str
    name: str
    made: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as the door checks it: whose it is, its public half as it was registered, and its last counter."""

    id: str
    user: str
    credential: bytes
    counter: int


def new_secret() -> bytes:
    """A fresh secret for an authenticator app."""
    return secrets.token_bytes(SECRET_BYTES)


def step_of(secret: bytes, code: str, at: datetime) -> int | None:
    """The time step that a code belongs to, or None for a wrong one."""
    given = "".join(code.split()).encode()
    made = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS, enforce_key_length=False)  # noqa: S303  # the RFC's, and what apps know
    now = int(at.timestamp()) // STEP_SECONDS
    steps = range(now - SKEW, now + SKEW + 1)
    return next(
        (step for step in steps if secrets.compare_digest(made.generate(step * STEP_SECONDS), given)), None
    )


def _whole(provider: str, issuer: str, subject: str) -> str:
    return "\x1f".join((provider, issuer, subject))


@dataclass(frozen=True)
class Factors:
    """The second factors of one organisation's people. `user` is a user's id everywhere."""

    keys: Keys

    def of(self, user: str) -> tuple[Factor, ...]:
        """The second factors that somebody set up, the oldest first."""
        rows = _OF.rows(self.keys.organisation, as_uuid(user, "user"), SECOND)
        return tuple(Factor(str(row_id), *told) for row_id, *told in rows)

    def kinds(self) -> dict[str, tuple[str, ...]]:
        """By user the kinds of second factor that she set up, each once."""
        rows = StoredFactor.objects.filter(organisation=self.keys.organisation, kind__in=SECOND)
        found: dict[str, tuple[str, ...]] = {}
        for user, kind in rows.order_by("kind").values_list("user_id", "kind").distinct():
            found[str(user)] = (*found.get(str(user), ()), kind)
        return found

    def recovery_left(self, user: str) -> int:
        """How many recovery codes were not used yet."""
        return self._rows(user).filter(kind=RECOVERY, used=None).count()

    def set_code(self, user: str, secret: bytes, code: str, now: datetime) -> None:
        """Take up an authenticator app whose first code is right; one that was there before goes.

        Raises InputError for a code that isn't of this secret.
        """
        step = step_of(secret, code, now)
        if step is None:
            raise InputError("that code does not belong to the secret that was shown")
        with writing():
            self._rows(user).filter(kind=CODE).delete()
            self._add(user, CODE, secret, now, counter=step)

    def takes_code(self, user: str, code: str, now: datetime) -> bool:
        """Whether it is the app's code of this moment; each counts once, on whatever server it is shown."""
        row = self._rows(user).filter(kind=CODE).first()
        if row is None or row.wrong >= MOST_WRONG:
            return False
        step = step_of(self._secret(row), code, now)
        mine = StoredFactor.objects.filter(pk=row.pk)
        with writing():
            if step is None:
                mine.update(wrong=F("wrong") + 1)
                return False
            return bool(mine.filter(counter__lt=step).update(counter=step, wrong=0, used=now))

    def new_recovery(self, user: str, now: datetime) -> tuple[str, ...]:
        """Fresh recovery codes, to be shown once; those from before count no more."""
        codes = tuple(
            "".join(secrets.choice(_LETTERS) for _ in range(_LETTERS_OF_A_CODE))
            for _ in range(RECOVERY_CODES)
        )
        with writing():
            self._rows(user).filter(kind=RECOVERY).delete()
            for code in codes:
                self._add(user, RECOVERY, b"", now, mark=self.keys.index("recovery", f"{user} {code}"))
        return tuple("-".join((code[:4], code[4:8], code[8:])) for code in codes)

    def takes_recovery(self, user: str, code: str, now: datetime) -> bool:
        """Whether it is a recovery code that was not used yet; from now on it is."""
        plain = "".join(letter for letter in code.lower() if letter.isalnum())
        marks = self.keys.indexes("recovery", f"{user} {plain}")
        with writing():
            return bool(self._rows(user).filter(kind=RECOVERY, mark__in=marks, used=None).update(used=now))

    def add_passkey(
        self, user: str, credential_id: bytes, credential: bytes, *, name: str, counter: int, now: datetime
    ) -> None:
        """Take up a passkey that the door has checked. Raises Refused where it is registered already."""
        marks = self.keys.indexes("passkey", credential_id.hex())
        with writing():
            if StoredFactor.objects.filter(
                organisation=self.keys.organisation, kind=PASSKEY, mark__in=marks
            ).exists():
                raise Refused("this passkey is registered already")
            mark = self.keys.index("passkey", credential_id.hex())
            self._add(user, PASSKEY, credential, now, mark=mark, counter=counter, name=name[:64])

    def passkeys(self, user: str) -> tuple[Passkey, ...]:
        """Somebody's passkeys."""
        return self._opened(self._rows(user).filter(kind=PASSKEY))

    def passkey(self, credential_id: bytes) -> Passkey | None:
        """The passkey of this id, whoever's it is."""
        marks = self.keys.indexes("passkey", credential_id.hex())
        rows = StoredFactor.objects.filter(
            organisation=self.keys.organisation, kind=PASSKEY, mark__in=marks, user__is_active=True
        )
        return next(iter(self._opened(rows)), None)

    def takes_passkey(self, passkey: Passkey, counter: int, now: datetime) -> bool:
        """Note that a passkey was used. A counter that doesn't rise tells of a copied key (WebAuthn 6.1.1): refused."""
        mine = StoredFactor.objects.filter(pk=UUID(passkey.id), organisation=self.keys.organisation)
        if counter or passkey.counter:
            mine = mine.filter(counter__lt=counter)
        with writing():
            return bool(mine.update(counter=counter, used=now))

    def remove(self, user: str, factor: str) -> str:
        """Take one away; its kind. Raises InputError where it isn't this person's. With the last one go the recovery codes."""
        with writing():
            row = self._rows(user).filter(pk=as_uuid(factor, "factor"), kind__in=SECOND).first()
            if row is None:
                raise InputError("there is no such sign-in method")
            row.delete()
            if not self._rows(user).filter(kind__in=SECOND).exists():
                self._rows(user).filter(kind=RECOVERY).delete()
        return row.kind

    def reset(self, user: str) -> int:
        """Take all of somebody's away, recovery codes too; how many. Her identity elsewhere stays hers."""
        with writing():
            number, _ = self._rows(user).exclude(kind=IDENTITY).delete()
        return number

    def identity(self, provider: str, issuer: str, subject: str) -> str | None:
        """The user who is bound to what an identity provider calls her, or None."""
        marks = self.keys.indexes("identity", _whole(provider, issuer, subject))
        rows = StoredFactor.objects.filter(organisation=self.keys.organisation, kind=IDENTITY, mark__in=marks)
        found = rows.values_list("user_id", flat=True).first()
        return str(found) if found else None

    def bind(self, user: str, provider: str, issuer: str, subject: str, now: datetime) -> bool:
        """Bind somebody to what an identity provider calls her; False where she is bound to another of it already."""
        whole = _whole(provider, issuer, subject)
        with writing():
            if self._rows(user).filter(kind=IDENTITY, name=provider).exists():
                return False
            mark = self.keys.index("identity", whole)
            self._add(user, IDENTITY, whole.encode(), now, mark=mark, name=provider)
        return True

    def bound(self) -> dict[str, dict[str, datetime]]:
        """By user the identity providers that know her, each with the day since when."""
        rows = StoredFactor.objects.filter(organisation=self.keys.organisation, kind=IDENTITY)
        found: dict[str, dict[str, datetime]] = {}
        for user, name, made in rows.values_list("user_id", "name", "made"):
            found.setdefault(str(user), {})[name] = made
        return found

    def unbind(self, user: str, provider: str = "") -> int:
        """Forget what identity providers (or this one) call somebody, who then comes anew by her user name; of how many."""
        rows = self._rows(user).filter(kind=IDENTITY)
        with writing():
            number, _ = (rows.filter(name=provider) if provider else rows).delete()
        return number

    def _rows(self, user: str) -> QuerySet[StoredFactor]:
        return StoredFactor.objects.filter(organisation=self.keys.organisation, user_id=as_uuid(user, "user"))

    def _add(
        self,
        user: str,
        kind: str,
        secret: bytes,
        now: datetime,
        *,
        mark: str = "",
        counter: int = 0,
        name: str = "",
    ) -> None:
        row_id = new_id()
        StoredFactor.objects.create(
            id=row_id,
            organisation=self.keys.organisation,
            user_id=as_uuid(user, "user"),
            kind=kind,
            name=name,
            mark=mark,
            sealed_secret=self.keys.seal(secret, place("factor", row_id, "secret")),
            counter=counter,
            made=now,
        )

    def _secret(self, row: StoredFactor) -> bytes:
        return self.keys.open(bytes(row.sealed_secret), place("factor", row.id, "secret"))

    def _opened(self, rows: Iterable[StoredFactor]) -> tuple[Passkey, ...]:
        return tuple(Passkey(str(row.id), str(row.user_id), self._secret(row), row.counter) for row in rows)
