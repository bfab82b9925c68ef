"""Translated: what goes to somebody who reads neither English nor Spanish is a qualified human translator's words, and no others."""

from collections.abc import Sequence

from careloom.care.document import Proposal, Statement
from careloom.care.entry import Entry
from careloom.errors import NotApproved
from careloom.store.opening import Store
from careloom.text.language import code_of

# The languages in which texts for patients are written.
READ = ("en", "es")


def is_read(entries: Sequence[Entry]) -> bool:
    """Whether a patient reads what we write: no source names another language than English and Spanish."""
    said = [code_of(one.detail.get("language", "")) for one in entries if one.kind == "Patient"]
    return all(one in READ for one in said if one)


def translation(store: Store, proposal: Proposal, sent: Sequence[Statement]) -> str:
    """The translator's lines for the lines that are sent. Raises NotApproved where there is no translation, or where a line was
    changed after it was made (45 CFR 92.201(c)(3), 2024).
    """
    document = proposal.document
    said = [one.strip() for one in document.given.get("translation", "").split("\n") if one.strip()]
    if not said or not document.given.get("translator"):
        raise NotApproved(
            "this patient reads neither English nor Spanish: a qualified human translator's translation is needed too; draft it again with one"
        )
    first = {one.id: one.text for one in store.proposals.revision(proposal.id, 1).document.statements}
    if any(first.get(one.id) != one.text for one in sent):
        raise NotApproved("a line was changed after it was translated: the translator releases it again")
    own = dict(zip((one.id for one in document.statements), said, strict=True))
    return "\n".join(own[one.id] for one in sent)
