"""What a listener took from another system, before anybody has read it."""

from dataclasses import dataclass
from datetime import datetime

from careloom.care.entry import Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message as it came over the wire.

    body      its bytes, as received
    source    the name under which the site knows the sender; "" where it named none
    peer      the address from which it came
    control   the number that its sender gave it (MSH-10), or ""
    at        when it was whole
    faults    what its sender was told, each with its place
    readable  whether a reader may try it; False for what is only kept aside
    """

    body: bytes
    source: str
    peer: str
    control: str
    at: datetime
    faults: tuple[Rejection, ...] = ()
    readable: bool = True
