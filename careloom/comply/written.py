"""Written: a pack as JSON (the same pack gives the same bytes), its digest, its schema, and a pack read back."""

import hashlib
from typing import Any

import msgspec

from careloom.care.compliance import Pack
from careloom.errors import InputError

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Pack).decode


def as_json(pack: Pack) -> bytes:
    """The pack as JSON, keys in order: what is hashed and kept."""
    return _encode(pack)


def digest(told: bytes) -> str:
    """SHA-256 of a pack's JSON, in hex."""
    return hashlib.sha256(told).hexdigest()


def read(told: bytes) -> Pack:
    """A pack from its JSON. Raises InputError where it is none."""
    try:
        return _decode(told)
    except msgspec.MsgspecError:
        raise InputError("this is no compliance pack") from None


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a pack's JSON."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Pack)}
