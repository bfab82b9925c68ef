"""The site's own key pair: the private half in a file of ours, the public half for the EHR's team."""

import os
from pathlib import Path
from typing import Any

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey, import_key

from careloom.errors import ConfigError

# SMART App Launch 2.2, "Client Authentication: Asymmetric": RS384 or ES384.
CURVE = "P-384"


def private_key(file: Path, kid: str = "") -> Key:
    """The private key of a JWK or JWK set file: the one named `kid`, else the first that can sign.

    Raises ConfigError where there is none that signs with RS384 or ES384.
    """
    for key in _keys(file):
        if key.is_private and algorithm(key) and kid in ("", key.kid, key.thumbprint()):
            return key
    named = f" named {kid!r}" if kid else ""
    raise ConfigError(f"{file.name}: holds no private key{named} for RS384 (RSA) or ES384 (EC, P-384)")


def algorithm(key: Key) -> str:
    """RS384 or ES384, as the key allows; "" for any other key."""
    if isinstance(key, RSAKey):
        return "RS384"
    return "ES384" if isinstance(key, ECKey) and key.curve_name == CURVE else ""


def key_id(key: Key) -> str:
    """The key's `kid`; its thumbprint (RFC 7638) where it has none."""
    return key.kid or key.thumbprint()


def public_set(key: Key) -> dict[str, Any]:
    """The JWK set with the public half alone, as an EHR takes it."""
    public = {name: value for name, value in key.as_dict(private=False).items() if name != "key_ops"}
    return {"keys": [{**public, "kid": key_id(key), "alg": algorithm(key), "use": "sig"}]}


def make_key(file: Path) -> Key:
    """A new key pair in a file that only its owner may read. Raises ConfigError where the file is there already."""
    key = ECKey.generate_key(CURVE, {"use": "sig", "alg": "ES384"}, auto_kid=True)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(f"{file.name} is there already") from None
    except OSError as error:
        raise ConfigError(f"{file.name} can't be written ({type(error).__name__})") from None
    with os.fdopen(handle, "wb") as out:
        out.write(msgspec.json.encode(key.as_dict(private=True)))
    return key


def _keys(file: Path) -> list[Key]:
    try:
        found = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
        return [import_key(one) for one in found.get("keys", [found])]
    except FileNotFoundError:
        raise ConfigError(f"{file.name}: there is no such key file") from None
    except (OSError, msgspec.MsgspecError, JoseError, ValueError, TypeError, KeyError):
        raise ConfigError(f"{file.name}: is no JWK or JWK set") from None
