"""Tokens for the command line: a signed user id that ends with the person's password or account."""

from django.contrib.auth import get_user_model
from django.core import signing

from careloom.errors import Refused

SALT = "careloom.token"
DAYS = 90


def issue(username: str) -> str:
    """A token for this user, good for 90 days."""
    user = get_user_model().objects.get_by_natural_key(username)
    return signing.dumps([str(user.pk), user.get_session_auth_hash()[:16]], salt=SALT)


def holder(token: str) -> str:
    """The user name of a token's holder. Raises Refused for a token that is wrong, too old or revoked."""
    try:
        key, mark = signing.loads(token, salt=SALT, max_age=DAYS * 86_400)
        user = get_user_model().objects.get(pk=key)
    except (signing.BadSignature, get_user_model().DoesNotExist, ValueError, TypeError):
        raise Refused("this token is not valid any more") from None
    if not user.is_active or user.get_session_auth_hash()[:16] != mark:
        raise Refused("this token is not valid any more")
    return user.get_username()
