"""Claim status (276, 277, 277CA): one Claim for each that is asked about, one ClaimResponse for each answer.

Source: 005010X212, 005010X214, 004010X093A1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from careloom.care.entry import Code, Entry, Period, Reading
from careloom.connect.x12 import codes, words
from careloom.connect.x12.job import Job, detail, joined
from careloom.connect.x12.people import MORE, Party, party
from careloom.connect.x12.segment import Segment
from careloom.connect.x12.timing import across, moment, span

UNDERSTOOD = frozenset({"AMT", "QTY", "PER", "N3", "N4"})
PAYERS, PROVIDERS = frozenset({"PR", "AY"}), frozenset({"1P", "85"})
DAYS = frozenset({"472", "232"})
PEOPLE = frozenset({"IL", "QC"})
PATIENTS = frozenset({"22", "23", "PT"})
# The first letter of a status category, and the two that say more: what came of a claim.
OUTCOMES = {"F": "complete", "P": "pended", "R": "pended", "A": "error", "E": "error", "D": "error"}
RECEIVED = frozenset({"A0", "A1", "A2", "A5"})


@dataclass(slots=True)
class Asked:
    """A claim that is asked about or answered for."""

    where: str
    answers: list[Segment] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    days: list[Period] = field(default_factory=list)


@dataclass(slots=True)
class Status:
    """The reader of one 276 or 277."""

    job: Job
    payer: Party = field(default_factory=Party)
    provider: Party = field(default_factory=Party)
    subscriber: Party = field(default_factory=Party)
    who: Party | None = None
    current: Party = field(default_factory=Party)
    asked: Asked | None = None
    entries: list[Entry] = field(default_factory=list)
    traces: int = 0

    def take(self, segment: Segment) -> Iterator[Reading]:
        """Read a segment; a reading comes with each person who is complete."""
        name = segment.id
        if name == "HL":
            yield from self._flush()
            self._level(segment)
        elif name == "BHT":
            self.job.begin(segment)
        elif name == "NM1":
            self._name(party(segment))
        elif name == "TRN" and self.who is not None:
            self._finish()
            self.traces += 1
            where = f"{self.job.where}/HL[{self.job.hierarchy.count}]/TRN[{self.traces}]"
            self.asked = Asked(where)
        elif self.asked is not None:
            self._told(self.asked, segment)
        elif name in MORE and self.who is not None:
            self.current.more(segment, self.job.zone)
        elif name in ("TRN", "STC"):
            self.job.unknown["claim status of a provider or a whole transmission"] += name == "STC"
        elif name not in UNDERSTOOD | MORE | {"DTP"}:
            self.job.unknown[f"segment {name}"] += 1

    def close(self, *, whole: bool) -> Iterator[Reading]:
        """The last reading; a set that breaks off (not `whole`) gives its last claim up."""
        if not whole:
            self.asked = None
        yield from self._flush()

    def _level(self, segment: Segment) -> None:
        self.job.level(segment)
        level = segment.get(3)
        self.who = Party() if level in PATIENTS else None
        self.current, self.traces = Party(), 0
        if level in ("22", "PT"):
            self.subscriber = Party()

    def _name(self, named: Party) -> None:
        if named.role in PEOPLE and (self.asked is not None or (self.who is not None and self.who.family)):
            self._finish()
            if self.job.sure:
                self.job.doubt(f"{self.job.where}/HL[{self.job.hierarchy.count}]/NM1")
        if self.asked is not None:
            return
        if self.who is not None:
            # DMG may stand before the name.
            named = replace(named, birth=self.current.birth, sex=self.current.sex)
        self.current = named
        if self.who is not None:
            self.who = named
            if named.role == "IL":
                self.subscriber = named
        elif named.role in PAYERS:
            self.payer = named
        elif named.role in PROVIDERS:
            self.provider = named

    def _told(self, asked: Asked, segment: Segment) -> None:
        name = segment.id
        if name == "STC":
            asked.answers.append(segment)
        elif name == "SVC":
            code, said = codes.service(segment, 1)
            asked.codes += [code] if code else []
            asked.words.append(said)
        elif name == "DTP" and segment.get(1) in DAYS:
            asked.days.append(span(segment.get(2), segment.get(3), self.job.zone))
        elif name not in UNDERSTOOD | {"REF", "DTP"}:
            self.job.unknown[f"segment {name}"] += 1

    def _finish(self) -> None:
        """Turn the claim into an entry: a request, or the payer's answer."""
        asked, self.asked = self.asked, None
        if asked is None:
            return
        service = joined(asked.words)
        said = {"use": "claim", "service": service, "payer": self.payer.name, "author": self.provider.name}
        kind = "ClaimResponse" if self.job.kind == "277" else "Claim"
        entry = replace(
            self.job.entry(kind, asked.where),
            codes=codes.each(asked.codes),
            text=service,
            effective=across(asked.days),
            status="active",
            detail=detail(**said),
        )
        self.entries.append(self._answered(entry, asked) if kind == "ClaimResponse" else entry)

    def _answered(self, entry: Entry, asked: Asked) -> Entry:
        """With what the payer says: category and status code (lists 507 and 508) of each STC."""
        dispositions, reasons, outcomes = [], [], []
        for one in asked.answers:
            for place in (1, 10, 11):
                category, status = one.part(place, 1), one.part(place, 2)
                if category:
                    dispositions.append(words.told(words.STATUS_CATEGORIES, category, "status category"))
                    reasons.append(f"claim status code {status}" if status else "")
                    outcomes.append(_outcome(category))
        day = moment(asked.answers[0].get(2), self.job.zone) if asked.answers else None
        said = detail(outcome=_worst(outcomes), disposition=joined(dispositions), reason=joined(reasons))
        return replace(entry, recorded=day or entry.recorded, detail={**entry.detail, **said})

    def _flush(self) -> Iterator[Reading]:
        self._finish()
        who, entries = self.who, self.entries
        self.who, self.entries = None, []
        if who is None or not entries:
            return
        where = entries[0].source.where
        if not self.job.sure or not (who.family or who.number):
            self.job.reject(where, "is not read: whose it is is not sure", "IK3 8")
            return
        subscriber = self.subscriber if who is not self.subscriber else None
        one = self.job.person(who, self.payer, where, subscriber=subscriber)
        yield from self.job.give(one, entries)


def _outcome(category: str) -> str:
    if category == "F2":
        return "denied"
    return "queued" if category in RECEIVED else OUTCOMES.get(category[:1], "")


def _worst(outcomes: list[str]) -> str:
    """Of several answers for one claim the one that needs somebody most."""
    ranked = ("denied", "error", "pended", "queued", "complete")
    return next((one for one in ranked if one in outcomes), "")
