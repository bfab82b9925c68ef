"""The 18 kinds of identifiers that HIPAA's Safe Harbor removes, and a place that holds one.

Source   45 CFR 164.514(b)(2)(i)(A)–(R)
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "name", "geography", "date", "phone", "fax", "email", "ssn", "mrn", "health_plan", "account", "licence",
    "vehicle", "device", "url", "ip", "biometric", "photo", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Where a text holds an identifier, from `start` to `end` (code points, end excluded), and its kind."""

    start: int
    end: int
    kind: Kind
