"""Who somebody is: by her session, by a password, and by what can be guessed beside it: a code of an app, a recovery code.

Codes are one of Django's authentication backends so that django-axes counts every wrong one and locks out as for passwords. A
passkey can't be guessed, and so is checked apart (`passkeys.py`).
"""

from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from careloom.errors import InputError
from careloom.store.models import User
from careloom.store.users import row_of
from careloom.web import deps


class Passwords(ModelBackend):
    """Knows somebody by her password, and by her session at each request."""

    def get_user(self, user_id: UUID) -> User | None:
        """The active user whose session it is, as her row stands now; None for anybody else."""
        found = row_of(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None


class Codes(Passwords):
    """Knows somebody by a code of her authenticator app, or by a recovery code."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str, code: str = "", recovery: str = ""
    ) -> User | None:
        """The active user of that name whose code it is; a code counts once."""
        del request
        store = deps.pipeline().store
        try:
            user = store.users.account(username)
        except InputError:
            return None
        who, now = str(user.pk), timezone.now()
        right = (bool(code) and store.factors.takes_code(who, code, now)) or (
            bool(recovery) and store.factors.takes_recovery(who, recovery, now)
        )
        return user if right else None
