"""Testifying: one printable answer about a past draft: who signed what, on which sources, with which versions, and whether the log of it is whole.

Takes    a stored draft
Gives    the answer; what isn't there any more is said
Never    leaves out what is missing, or takes a chain for whole that isn't
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from careloom.care.compliance import Hold
from careloom.care.document import Decision, Proposal
from careloom.care.registered import Registered, digest_of
from careloom.care.unfiled import Unfiled
from careloom.errors import ConfigError
from careloom.store.opening import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceThen:
    """A source that a draft cites: the sending system, how many entries of it are cited, the messages by their SHA-256, and those whose bytes are gone."""

    system: str
    entries: int
    messages: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """The answer. `proposal` stands as it does now, `filed` is when it went into the chart. `digest` is the hash of the set that it was made with ("" where none
    was kept) and `whole` whether the parts still add up to it. `chain` is what `Audit.verify` says. `held` are the legal holds in
    force on the patient's records, or on everybody's."""

    proposal: Proposal
    decisions: tuple[Decision, ...]
    filed: datetime | None
    taken_back: Unfiled | None
    sources: tuple[SourceThen, ...]
    digest: str
    change: str
    whole: bool
    parts: tuple[Registered, ...]
    chain: Mapping[str, Any]
    held: tuple[Hold, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """In words, what could not be answered."""
        found = []
        if not self.digest:
            found.append("With which versions it was made was not kept: it is older than the registry.")
        elif not self.whole:
            found.append("The registered parts don't add up to the hash of their set.")
        gone = sum(len(one.gone) for one in self.sources)
        if gone:
            found.append(f"The bytes of {gone} cited messages are not there any more.")
        if not self.chain["ok"]:
            found.append("The audit log's chain is broken.")
        return tuple(found)


@dataclass(frozen=True)
class Testifying:
    """The answers about one site's drafts."""

    store: Store

    def of(self, actor: str, proposal_id: str) -> Testimony:
        """The answer about a stored draft; the asking is audited. Raises InputError for an unknown one."""
        store, name = self.store, self.store.proposals.find(proposal_id)
        proposal = store.proposals.get(name)
        store.audit.note(actor, "account", patient=proposal.document.patient, what=name)
        store.audit.seal()
        digest, change = store.registry.of_draft(name) or ("", "")
        parts = store.registry.parts(digest) if digest else ()
        registered = {one.part: one for one in store.registry.every()} if parts else {}
        filed = dict(store.chart.of(proposal.document.patient))
        return Testimony(
            proposal=proposal,
            decisions=store.proposals.decisions(name),
            filed=filed.get(name),
            taken_back=store.chart.taken_back_as(name),
            sources=self._sources(name),
            digest=digest,
            change=change,
            whole=bool(parts) and digest_of(parts) == digest,
            parts=tuple(registered[one] for one in parts),
            chain=store.audit.verify(),
            held=self._held(proposal.document.patient),
        )

    def _held(self, patient: str) -> tuple[Hold, ...]:
        members = self.store.sameness.clusters((patient,)).members(patient)
        known = {"", *(UUID(one).hex for one in members)}
        return tuple(one for one in self.store.holds.in_force() if one.patient in known)

    def _sources(self, name: str) -> tuple[SourceThen, ...]:
        cited = self.store.proposals.frozen(name).values()
        entries = Counter(one.source.system for one in cited)
        found = []
        for system, number in sorted(entries.items()):
            messages = sorted({one.source.message for one in cited if one.source.system == system})
            gone = tuple(one for one in messages if not self._is_here(one))
            found.append(SourceThen(system=system, entries=number, messages=tuple(messages), gone=gone))
        return tuple(found)

    def _is_here(self, message: str) -> bool:
        try:
            self.store.messages.bodies.check(message, whole=True)
        except ConfigError:
            return False
        return True
