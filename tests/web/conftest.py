"""The pages, with a nurse, a physician and a coordinator who may sign in."""

import pytest
from django.test import Client
from pytest_django import Settings

from careloom.store import Store
from tests.web.desk import AdasDesk, signed_in, staff


@pytest.fixture
def desk(store: Store, settings: Settings) -> AdasDesk:
    """The pages work on Ada's plan."""
    # Argon2 is slow on purpose; signing in is tested with it once, in the store's tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    staff(store)
    made = AdasDesk(store)
    settings.CARELOOM_PIPELINE = lambda _: made
    return made


@pytest.fixture
def nurse(desk: AdasDesk) -> Client:
    """Rosa's browser."""
    return signed_in("rosa")


@pytest.fixture
def physician(desk: AdasDesk) -> Client:
    """Dr. Osei's browser."""
    return signed_in("osei")


@pytest.fixture
def coordinator(desk: AdasDesk) -> Client:
    """Cam's browser."""
    return signed_in("cam")
