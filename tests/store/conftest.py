"""A message of Mercy's and Alice, whom it is about."""

import pytest

from careloom.care.entry import Message
from careloom.store import Store
from tests.store.people import ALICE


def put(store: Store, body: bytes = b'{"resourceType": "Bundle"}', **given: str) -> Message:
    """Keep a message of Mercy's."""
    said = {"source": "mercy", "format": "fhir", "name": "Ashdown Alice.json", "zone": "America/New_York"}
    message, _ = store.messages.put([body], **(said | given))
    return message


@pytest.fixture
def message(store: Store) -> Message:
    return put(store)


@pytest.fixture
def alice(store: Store, message: Message) -> str:
    return store.patients.create(ALICE, message)
