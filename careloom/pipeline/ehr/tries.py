"""What a round of writing into a FHIR chart tries: how much of a plan and in which form, by what the site has set and the server takes."""

from dataclasses import dataclass, replace

from careloom.care.writing import AS_DOCUMENT
from careloom.chart.written import KINDS, NEEDED
from careloom.pipeline.ehr.destination import Job
from careloom.wire import fhir

RESOURCES, DOCUMENT = "resources", "document"


@dataclass(frozen=True, slots=True)
class Try:
    """What is tried in a round: which types are left out and why, whether a plan goes as a document, whether creates are conditional,
    and whether each change goes by itself."""

    refused: dict[str, str]
    as_document: str = ""
    conditional: bool = True
    one_by_one: bool = False


class Again(Exception):
    """What is there has changed, or less can be written: another round, with this."""

    def __init__(self, tried: Try) -> None:
        super().__init__()
        self.tried = tried


def first_try(server: fhir.Server, job: Job) -> Try:
    """What the site and the server's own statement leave out."""
    write = job.system.write
    assert write is not None
    can = server.capability
    refused = {
        kind: "its statement doesn't offer it" for kind in KINDS if not can.takes(kind)
    } | dict.fromkeys(write.refuses, "the site has set so")
    why = "the site has set so" if write.plan == DOCUMENT else ""
    there = job.writing.there
    if there and there.form == DOCUMENT and job.filed.form is None:
        # As it went once it stays: half of it would be there, and undone, again and again.
        said = next((one for one in there.notes if one.startswith(AS_DOCUMENT)), "")
        why = why or said.removeprefix(AS_DOCUMENT) or "it is there so"
        return Try(refused, why, one_by_one=True)
    return fitting(Try(refused, why), server, job)


def fitting(tried: Try, server: fhir.Server, job: Job) -> Try:
    """A plan whose own types are not all taken, or that can't be written as one, goes as a document."""
    if job.filed.form is not None or tried.as_document:
        return tried
    needed = sorted(NEEDED & tried.refused.keys() - {"DocumentReference"})
    if needed:
        whys = dict.fromkeys(tried.refused[one] for one in needed)
        return replace(tried, as_document=f"it took no {', '.join(needed)} ({'; '.join(whys)})")
    if not server.capability.transactions:
        return replace(tried, as_document="it takes no transaction", one_by_one=True)
    return tried


def without(tried: Try, form: str) -> tuple[str, ...]:
    """What a person must know of the form in which it is there."""
    if form == DOCUMENT and tried.as_document:
        return (f"{AS_DOCUMENT}{tried.as_document}",)
    left_out = {kind: why for kind, why in tried.refused.items() if kind not in NEEDED and form == RESOURCES}
    return tuple(f"without {kind}: {why}" for kind, why in sorted(left_out.items()))
