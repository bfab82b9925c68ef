"""What sources disagree on and a physician settles, as pages tell it: who settles it, the choices, what follows, what was settled."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils.translation import gettext

from careloom.care.document import Finding, Reviewer, Severity
from careloom.care.record import Conflict, PatientRecord, Settled
from careloom.care.ruling import SETTLED, SILENT, Asked, Choice, Dispute, Family
from careloom.pipeline.settling import Follows, Matter, Settling, key_of
from careloom.record.disputes import disputes, told_by
from careloom.web.present.recorded import need_named, recorded, recorded_words
from careloom.web.present.rules import said
from careloom.web.present.told import Pieces, Said
from careloom.web.present.words import SEVERITIES, Mark, moment
from careloom.web.saying import later

# Whom a pane offers to ask with one tap; the page of the dispute has everybody.
OFFERED = 2
# What settling does, as the pipeline says it in English.
DOES: Mapping[str, str] = {
    "drug": later("it chooses a dose"),
    "allergy": later("it confirms or removes an allergy"),
    "problem": later("it chooses a diagnosis"),
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A conflict: about what, who says what; `key` where a physician settles it (else ""), `chooses` what she then does; `silent`
    where nobody contradicts, and a list only lacks it."""

    about: str
    why: Pieces
    key: str = ""
    chooses: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Stands:
    """What was settled: in a sentence, why, on which sources, and what was said since that speaks against it."""

    about: str
    key: str
    words: str
    reason: str
    sources: str
    since: str


@dataclass(frozen=True)
class Who:
    """Who settles a patient's disputes, as one reader is offered it: she herself, or those whom she may ask; asked for once."""

    may: Callable[[], bool]
    people: Callable[[], tuple[Reviewer, ...]]

    @property
    def offered(self) -> tuple[Reviewer, ...]:
        """Those whom she asks with one tap."""
        return self.people()[:OFFERED]

    @property
    def names(self) -> str:
        """Their names in a sentence."""
        return named(self.people()[:OFFERED])


def who_settles(settling: Callable[[], Settling], actor: Reviewer, patient: str) -> Who:
    """Who settles what sources disagree on of a patient; nothing is looked up before a page needs it."""
    return Who(cache(lambda: settling().may(actor)), cache(lambda: settling().physicians(patient)))


def named(people: Iterable[Reviewer]) -> str:
    """Names in a sentence; "A physician of the care team" for nobody."""
    return gettext(" or ").join(one.name or one.user for one in people) or gettext(
        "A physician of the care team"
    )


def disagreements(conflicts: Iterable[Conflict], record: PatientRecord) -> tuple[Disagreement, ...]:
    """Conflicts with the dispute of each that a physician settles."""
    found = disputes(record)

    def shown(conflict: Conflict) -> Disagreement:
        why, silent = recorded(conflict.why), conflict.kind in SILENT
        dispute = next((one for one in found if conflict in one.conflicts), None)
        if dispute is None or conflict.kind not in SETTLED:
            return Disagreement(conflict.about, why, silent=silent)
        return Disagreement(conflict.about, why, dispute.key, DOES[dispute.family], silent)

    return tuple(map(shown, conflicts))


def to_settle(entries: Iterable[str], family: Family, record: PatientRecord) -> tuple[Disagreement, ...]:
    """What of a family a physician settles about these entries, one for each dispute."""
    about = set(entries)
    return tuple(
        Disagreement(one.about, (), one.key, DOES[family])
        for one in disputes(record)
        if one.family == family and about.intersection(one.entries)
    )


def stands(entries: Iterable[str], record: PatientRecord) -> tuple[Stands, ...]:
    """What was settled that rests on some of these entries or was said by them."""
    about = set(entries)
    return tuple(
        _stands(one, record) for one in record.settled if about.intersection((*one.own, *one.entries))
    )


def _stands(one: Settled, record: PatientRecord) -> Stands:
    told = told_by(Choice("", "", one.entries[:6]), record)
    return Stands(
        about=one.about,
        key=one.key,
        words=gettext("{choice}, by {by} on {at}").format(
            choice=need_named(one.choice), by=one.by, at=one.at
        ),
        reason=one.reason,
        sources=recorded_words("; ".join(dict.fromkeys(told))),
        since=recorded_words(one.since),
    )


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of the form: its words, and who states it."""

    value: str
    words: str
    told: str


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of what would follow; `key` where it is read first."""

    mark: Mark
    said: tuple[Said, ...]
    key: str


def options(dispute: Dispute, record: PatientRecord) -> tuple[Option, ...]:
    """The choices, those that sources state with who states them."""
    return tuple(
        Option(
            one.value, need_named(one.words), recorded_words("; ".join(dict.fromkeys(told_by(one, record))))
        )
        for one in dispute.choices
    )


def found(follows: Follows) -> tuple[Found, ...]:
    """What the checks find of what would follow."""

    def shown(finding: Finding) -> Found:
        key = key_of(finding) if finding.severity is Severity.HIGH else ""
        return Found(SEVERITIES[finding.severity], said((finding,)), key)

    return tuple(map(shown, follows.findings))


def questions(matter: Matter, users: Mapping[str, str], now: datetime) -> list[tuple[str, str, str, str]]:
    """What was asked about it: the id, who asked whom, when, and in which words."""

    def one(asked: Asked) -> tuple[str, str, str, str]:
        who, whom = users.get(asked.who, gettext("Somebody")), users.get(asked.whom) or gettext("somebody")
        return (
            asked.id,
            gettext("{who} asked {whom}").format(who=who, whom=whom),
            moment(asked.at, now),
            asked.words,
        )

    return [one(asked) for asked in matter.asked]
