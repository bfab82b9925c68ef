"""One record made ready to judge many statements against: supports by entry, made when first cited."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

from careloom.care.document import Guideline
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge
from careloom.knowledge.days import age_on
from careloom.knowledge.facts import Facts
from careloom.knowledge.met import met
from careloom.knowledge.protocol import intervals
from careloom.knowledge.protocols import Rule
from careloom.verify.assays import labs_of
from careloom.verify.case import Who
from careloom.verify.entries import supports_of
from careloom.verify.follows import Conclusion, conclusions, unexplained, unlisted
from careloom.verify.grounds import FEW
from careloom.verify.guidance import Guidance, Reasons, due_dates, guidance, is_right, reasons
from careloom.verify.kinds import Kind, kinds_of
from careloom.verify.lexicon import stem
from careloom.verify.newest import Newest, newest_results
from careloom.verify.parse import Parsed, Parser, is_content, is_plain
from careloom.verify.series import series_of
from careloom.verify.support import Support
from careloom.verify.times import with_times
from careloom.verify.tokens import Sort

_REASON, _LISTED = stem("reason"), stem("listed")


class Index:
    """Supports of one record, kept for as long as this object lives (one examination of one document).

    `as_of` are the days on which ages and due dates may be counted: the record's, and the document's. Whoever has the
    record's facts hands them in; `zone` (IANA) is that of the clock on the wall.
    """

    def __init__(
        self,
        record: PatientRecord,
        knowledge: Knowledge,
        as_of: Iterable[date] = (),
        facts: Facts | None = None,
        zone: str = "",
    ) -> None:
        self.record = record
        self.zone = zone
        self.knowledge = knowledge
        self.as_of = tuple(dict.fromkeys((record.as_of, *as_of)))
        self._known = facts
        self._of_entry: dict[str, tuple[Support, ...]] = {}
        self._labs: dict[str, frozenset[str]] = {}
        self._of_rule: dict[str, Guidance | None] = {}
        self._reasons: dict[str, Reasons] = {}
        self._parser = Parser(knowledge)
        self._said: dict[str, Parsed] = {}
        self._derived: dict[str, list[Conclusion]] = {}
        self._of_conclusion: dict[int, Support] = {}
        for conclusion in conclusions(record, self.as_of):
            for one in conclusion.rests_on:
                self._derived.setdefault(one, []).append(conclusion)

    def read(self, text: str) -> Parsed:
        """A text read with this knowledge's drug names."""
        return self._parser.parse(text)

    def parse(self, text: str) -> Parsed:
        """A sentence read as `read` does, what says when by no date ("three months ago") as a date."""
        if text not in self._said:
            self._said[text] = with_times(self._parser.parse(text), self.as_of[-1:])
        return self._said[text]

    def of_entries(self, entries: Sequence[Entry]) -> tuple[Support, ...]:
        """What these entries support by themselves."""
        found: list[Support] = []
        for entry in entries:
            if entry.id not in self._of_entry:
                self._of_entry[entry.id] = supports_of(entry, self._parser)
            found.extend(self._of_entry[entry.id])
        return tuple(found)

    def measured(self, entries: Sequence[Entry]) -> dict[str, frozenset[str]]:
        """The measurements that each of these entries is of, by its id."""
        for entry in entries:
            if entry.id not in self._labs:
                self._labs[entry.id] = labs_of(entry, self.knowledge.labs)
        return {entry.id: self._labs[entry.id] for entry in entries}

    def named_in(self, text: str) -> tuple[Entry, ...]:
        """The entries of the record whose names, drugs or own text a sentence speaks of, and the patient's own."""
        keys = {
            token.key
            for token in self.parse(text).tokens
            if token.sort is Sort.DRUG or (is_content(token) and not is_plain(token))
        }
        return tuple(
            entry
            for entry in self.record.entries
            if entry.kind == "Patient" or any(keys & support.names for support in self.of_entries((entry,)))
        )

    def following(self, entries: Sequence[Entry], parsed: Parsed) -> tuple[Support, ...]:
        """What the record concludes from (some of) these entries about something that the sentence names."""
        keys = {token.key for token in parsed.tokens}
        cited = _ids(entries)
        found: dict[int, Support] = {}
        for one in (one for entry in entries for one in (entry.id, *entry.same_as)):
            for conclusion in self._derived.get(one, ()):
                support = self._concluded(conclusion)
                # Sources disagree only where each of them is cited.
                if not support.disputed or support.rests_on <= cited or len(support.rests_on) > FEW:
                    found[conclusion.number] = support
        series = series_of(entries, parsed, self._parser)
        shown = {one for support in series for one in support.rests_on}
        # What the cited results show themselves goes before a trend that rests on others too.
        named = (one for one in found.values() if _is_named(one, keys))
        return (
            *(one for one in named if not (one.moves and one.rests_on & shown and one.rests_on - cited)),
            *series,
            *(unexplained(entries) if _REASON in keys else ()),
            *(unlisted(self.record, parsed.text, self.knowledge.drugs, cited) if _LISTED in keys else ()),
        )

    def changes(self, entries: Sequence[Entry], parsed: Parsed) -> tuple[Support, ...]:
        """What cited results show together, whatever a sentence tells of them."""
        return series_of(entries, parsed, self._parser, always=True)

    def strange(self, entries: Sequence[Entry], text: str) -> tuple[tuple[int, int], ...]:
        """Where a text names diseases that neither cited entries nor the record's problems speak of, more or less closely."""
        conditions = self.knowledge.conditions
        told = conditions.mentions(text)
        if not told:
            return ()
        spoken = [*entries, *(one for one in self.record.entries if one.kind == "Condition")]
        names = (f"{one.text} {one.detail.get('reason', '')}" for one in spoken)
        held = {concept for name in names for _, _, concept in conditions.mentions(name)}
        held |= {found for one in spoken if (found := conditions.find(one.codes, one.text))}
        above = {up for one in held for up in conditions.above(one)}
        return tuple(
            (start, end)
            for start, end, concept in told
            if concept not in held | above and not held & {*conditions.above(concept)}
        )

    @cached_property
    def problems(self) -> frozenset[str]:
        """The stems that name what the patient has, by any entry."""
        has = [
            one
            for one in self.record.entries
            if one.kind == "Condition" and one.subject == "patient" and not one.negated
        ]
        return frozenset().union(*(one.names for one in self.of_entries(has) if not one.standing))

    @cached_property
    def newest(self) -> Mapping[str, Newest]:
        """The newest results of each measurement."""
        return newest_results(self.record.entries, self.knowledge.labs, self.as_of)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The patient's diagnoses, each with its type or stage."""
        return kinds_of(self.record.entries, self.knowledge.conditions)

    @cached_property
    def who(self) -> Who:
        """The patient's sex and age, on the last day as of which ages are counted."""
        known, day = self.record.demographics, self.as_of[-1]
        age = age_on(day, known.birth_date)
        return Who(known.sex or "", age, known.birth_date or "" if age is not None else "")

    def _concluded(self, conclusion: Conclusion) -> Support:
        if conclusion.number not in self._of_conclusion:
            self._of_conclusion[conclusion.number] = conclusion.support(self._parser)
        return self._of_conclusion[conclusion.number]

    def stand_for_all(self, entries: Sequence[Entry]) -> bool:
        """Whether entries may carry a sentence that speaks of nothing in particular: the patient's own; where the record has none,
        the newest.
        """
        if any(entry.kind == "Patient" for entry in self.record.entries):
            return any(entry.kind == "Patient" for entry in entries)
        days = [one.happened.day for one in self.record.entries if one.happened]
        newest = max((day for day in days if day <= max(self.as_of)), default=None)
        return any(entry.happened is not None and entry.happened.day == newest for entry in entries)

    def rule(self, rule_id: str) -> Guidance | None:
        """The guideline's rule of that id, read; None where knowledge has none."""
        if rule_id not in self._of_rule:
            rule = self.knowledge.protocols.rule(rule_id)
            self._of_rule[rule_id] = guidance(rule, self.knowledge.drugs) if rule is not None else None
        return self._of_rule[rule_id]

    def due(self, guideline: Guideline) -> frozenset[str]:
        """The due dates of a guideline's rule, counted from the days as of which the plan speaks."""
        rule = self.knowledge.protocols.rule(guideline.id)
        return (
            due_dates(intervals(rule, self._facts, self.as_of), self.as_of)
            if rule is not None
            else frozenset()
        )

    def misused(self, guideline: Guideline, entries: Sequence[Entry]) -> bool:
        """Whether a document's words for a rule aren't those that knowledge has, or the rule isn't for this patient."""
        rule = self.knowledge.protocols.rule(guideline.id)
        if rule is None or guideline.source != rule.cited_as or guideline.says not in ("", rule.says):
            return True
        if not is_right(guideline.due, intervals(rule, self._facts, self.as_of)):
            return True
        return not self.why(rule).among(_ids(entries))

    def only_named(self, text: str, guideline: Guideline, entries: Sequence[Entry]) -> bool:
        """Whether a guideline is only named beside a sentence that has nothing of its wording: the rule is for this patient, or
        what is cited shows it to be done, and it lends the sentence no word and no day.
        """
        rule, own = self.knowledge.protocols.rule(guideline.id), self.rule(guideline.id)
        if rule is None or own is None or own.verbatim(text) or guideline.due:
            return False
        return not self.misused(guideline, entries) or self._is_met(rule, guideline, entries)

    def _is_met(self, rule: Rule, guideline: Guideline, entries: Sequence[Entry]) -> bool:
        right = guideline.source == rule.cited_as and guideline.says in ("", rule.says)
        cited = _ids(entries)
        return right and any(cited & {*done.match.entries} for done in met(rule, self._facts))

    def drugs_told(self, guideline: Guideline, entries: Sequence[Entry]) -> frozenset[str]:
        """The drugs that a guideline's rule tells of, for this patient, about what is cited; its slots name no other."""
        rule = self.knowledge.protocols.rule(guideline.id)
        cited = _ids(entries)
        matches = self.why(rule).matches if rule else ()
        said = [text for match in matches if cited & {*match.entries[:1]} for text in match.slots.values()]
        return frozenset(name for text in said for names in self.parse(text).drugs.values() for name in names)

    def why(self, rule: Rule) -> Reasons:
        """What makes a rule this patient's."""
        if rule.id not in self._reasons:
            self._reasons[rule.id] = reasons(rule, self._facts)
        return self._reasons[rule.id]

    @cached_property
    def _facts(self) -> Facts:
        return self._known or Facts(self.record, self.knowledge)


def _ids(entries: Sequence[Entry]) -> set[str]:
    """The ids of entries and of the duplicates that were merged into them."""
    return {one for entry in entries for one in (entry.id, *entry.same_as)}


def _is_named(support: Support, keys: set[str]) -> bool:
    """Whether a sentence with these stems may speak of a conclusion; of a trend or a gap only by a whole name."""
    if support.moves or support.wants:
        return any(title <= keys for title in support.titles)
    return not support.names or bool(keys & support.names)
