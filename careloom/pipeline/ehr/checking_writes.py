"""Checking whether a system can be written to, and how: what its statement says of it, in words; nothing is written."""

from collections.abc import Iterator

from careloom.care.system import SourceSystem
from careloom.chart.written import KINDS, NEEDED
from careloom.errors import CareloomError
from careloom.pipeline.checking import Check
from careloom.wire import fhir


def write_checks(server: fhir.Server, system: SourceSystem) -> Iterator[Check]:
    """What works and what doesn't, in the order in which a write would need it."""
    assert system.write is not None
    try:
        said = server.capability
        if server.tokens is not None:
            server.tokens.token()
    except CareloomError as error:
        yield Check("address", False, str(error))
        return
    granted = f", as {server.tokens.scope}" if server.tokens is not None else ""
    yield Check("address", True, f"answers{granted}")
    whole = "a plan goes as one" if said.transactions else "not offered: a plan goes as one readable document"
    yield Check("transactions", said.transactions, whole)
    if not said.tells_writes:
        yield Check(
            "writes", True, "its statement says nothing of them: what it takes is seen when it is asked"
        )
    for kind in KINDS:
        yield _of_kind(kind, said, system)


def _of_kind(kind: str, said: fhir.Capability, system: SourceSystem) -> Check:
    assert system.write is not None
    if kind in system.write.refuses:
        return Check(kind, True, "never sent: the site has set so")
    if not said.takes(kind):
        instead = "a plan goes as one readable document" if kind in NEEDED else "a plan is there without it"
        return Check(kind, False, f"not offered: {instead}")
    offer = said.offers.get(kind)
    if offer is None or not said.tells_writes:
        return Check(kind, True, "is tried")
    ways = [
        word
        for word, has in (
            ("created", offer.create),
            ("created under our id", offer.update_create),
            ("created only where it isn't there", offer.conditional_create),
            ("updated", offer.update),
            ("updated only where nobody changed it", offer.versioned),
        )
        if has
    ]
    return Check(kind, offer.create and offer.update, f"can be {', '.join(ways)}")
