"""Hooking: what an EHR is answered at a hook: a plan that waits, and the safety of orders that nobody signed yet.

Takes    what the EHR asks, and who it is (the issuer of its signed statement)
Gives    cards, each kept with its rule; what became of them, for the rates of the rules
Never    writes an order, a plan or an entry, mixes two people, tells what a substance-use programme sent, or lets a card be no alert's
"""

import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from careloom import check
from careloom.care.alert import Alert, Card, HookAsked, Said, Sent
from careloom.care.document import Accepted
from careloom.care.entry import Entry, Identifier, Message, Person, Reading, Source
from careloom.care.hook_services import BY_ID, suggestion_id
from careloom.care.kinds import CARE_PLAN
from careloom.care.record import PatientRecord
from careloom.connect import fhir
from careloom.errors import InputError, NotGiven, SourceError
from careloom.identity import contradiction, seen
from careloom.knowledge import Knowledge
from careloom.pipeline.access import Access
from careloom.pipeline.ehr.hook_cards import Offered, of_alert, of_scope, of_stop
from careloom.pipeline.ehr.hook_orders import (
    DRUGS,
    drafted,
    each_pair_once,
    has_drugs,
    listed,
    not_drugs,
    offers,
    tests_of,
    to_remove,
    unknown,
    unknown_beside,
)
from careloom.pipeline.ehr.hook_plans import Asker, counted, gaps_cards, in_force_card, waiting_card
from careloom.pipeline.segmenting import segmented
from careloom.pipeline.stopping import read
from careloom.pipeline.weaving import Weaving
from careloom.record import assemble
from careloom.record.beside import Order, as_listed_now, beside, with_orders
from careloom.review.accepted import is_quiet
from careloom.store.hooked import HookCard
from careloom.store.opening import Store

ANSWER = "answer hook"
# The system that what is tried is said to come from; no source is called so.
INVENTED = "an invented EHR"
# What came along and was put together longer ago than this is said to be old.
STALE = timedelta(hours=24)
MAX_MB = 64
# A template's type ends here.
_TYPE = re.compile(r"[/?]")
# Users of an EHR to whom no draft is shown.
_NO_COLLEAGUE = ("Patient/", "RelatedPerson/")


# Reads from the EHR's server what it did not send along, by the keys of the prefetch, and says how many resources came beyond what is
# looked at. Raises SourceError.
Fetch = Callable[[HookAsked, Collection[str]], tuple[Sequence[Sent], int]]


@dataclass(frozen=True, slots=True)
class Chart:
    """What an EHR sent along of its patient: a record of its own, and what of it was left out."""

    asked: Identifier
    person: Person
    record: PatientRecord
    others: int = 0
    unread: int = 0


@dataclass(frozen=True)
class Hooking:
    """The answers of one organisation. `zone` (IANA) is what times mean that carry no offset."""

    store: Store
    weaving: Weaving
    knowledge: Knowledge
    access: Access
    accepted: Callable[[str], Mapping[str, Accepted]]
    clock: Callable[[], datetime]
    zone: str
    # Knowledge with the site's own rules as they are now.
    known: Callable[[], Knowledge]

    # ── what is asked ───────────────────────────────────────────────────────────────────────────

    def orders(
        self, asker: Asker, service: str, asked: HookAsked, fetch: Fetch | None = None
    ) -> tuple[Card, ...]:
        """The cards on draft orders. Raises NotGiven where nothing is known of the patient and the EHR does not give it."""
        return self._given(asker, service, asked, *self._on_orders(asker, service, asked, fetch))

    def tried(self, service: str, asked: HookAsked) -> tuple[Card, ...]:
        """The cards on draft orders of somebody invented whom no record here is about: nothing is kept, and nobody is told."""
        patient, cards = self._on_orders(Asker("tried", INVENTED), service, asked, None)
        return () if patient else tuple(cards)

    def _on_orders(
        self, asker: Asker, service: str, asked: HookAsked, fetch: Fetch | None
    ) -> tuple[str, Sequence[Card]]:
        if not has_drugs(asked):
            # Of the many orders of other things nothing is said: a card at each blood test would be read by nobody.
            return "", []
        today = self.clock().astimezone().date()
        given, late = _all_that_came(asked, BY_ID[service].prefetch, fetch, self.clock())
        chart = self._chart(asker, asked, given, today)
        patient, doubt = self._ours(chart)
        if fetch is not None and not given and not patient and not doubt:
            raise NotGiven("nothing is known of this patient, and the FHIR server does not give it")
        ours = self.weaving.record(patient, today, closed=True) if patient else None
        record = beside(ours, chart.record) if ours else chart.record
        drafts = drafted(asked, partial(self._read, asker))
        standing, orders = with_orders(record, list(drafts.entries.values()), self.knowledge)
        alerts = each_pair_once(
            (*check.of_orders(standing, {one.entry for one in orders}, self.known()), *listed(orders))
        )
        chosen, references = drafts.chosen(asked), drafts.references(asked)
        own = frozenset(one.id for one in ours.entries) if ours else frozenset()
        cards = [
            of_alert(
                one,
                standing,
                own,
                references,
                Offered(to_remove(one, orders, references), tests_of(one, asked), asked.patient),
            )
            for one in alerts
            if chosen & set(one.finding.evidence) and not self._is_quiet(one, orders, standing, ours)
        ]
        lines = [*doubt, *drafts.refused, *unknown(orders, self.knowledge), *_of_chart(chart)]
        lines += unknown_beside(orders, standing, self.knowledge)
        if orders:
            lines += [*([] if patient and given else [_alone(chart, known=bool(patient))]), *late]
        scope = of_scope(
            [*lines, *(not_drugs(asked) if lines else [])],
            grave=bool(doubt or drafts.refused or chart.others or chart.unread),
        )
        return patient, [*cards, *([scope] if scope else [])]

    def warm(self) -> None:
        """Load what the first answer of a process would wait for: the tables of drugs and rules, by a question about nobody."""
        source = Source("", "", "warm")
        pair = [
            Entry(id=name, kind="MedicationRequest", source=source, text=name)
            for name in ("warfarin", "ibuprofen")
        ]
        empty = self._record((), Person(), self.clock().astimezone().date())
        standing, orders = with_orders(empty, pair, self.knowledge)
        check.of_orders(standing, {one.entry for one in orders}, self.knowledge)

    def patient_view(
        self, asker: Asker, service: str, asked: HookAsked, fetch: Fetch | None = None
    ) -> tuple[Card, ...]:
        """A plan that waits or is in force, and what is missing; none for somebody who isn't known here, or who died, and none to a
        patient or her family.
        """
        del fetch
        if asked.user.startswith(_NO_COLLEAGUE):
            # What nobody signed yet is no matter of hers who looks at her own chart.
            return self._given(asker, service, asked, "", [])
        today = self.clock().astimezone().date()
        chart = self._chart(asker, asked, asked.given, today)
        patient, doubt = self._ours(chart)
        cards: list[Card] = []
        if patient:
            record = self.weaving.record(patient, today, closed=True)
            if not (record.demographics.deceased or chart.record.demographics.deceased):
                cards = [*self._plans(asker, patient), *gaps_cards(asker, patient, record)]
        scope = of_scope(doubt, grave=True)
        return self._given(asker, service, asked, patient, [*cards, *([scope] if scope else [])])

    def feedback(self, asker: Asker, service: str, said: Sequence[Said]) -> None:
        """Keep what became of cards; why one was set aside goes to the improvement queue with the plan that says the same. Raises InputError."""
        with self.store.transaction():
            cards = self.store.hooks.say(said, service=service, issuer=asker.name, at=self.clock())
            _must_be_their_own(said)
            by_id = {str(card.id): card for card in cards}
            for one in said:
                card = by_id.get(str(UUID(one.card)))
                if card is not None and one.outcome == "overridden":
                    self._learn(card, one)
            for card in cards:
                patient = str(card.patient_id) if card.patient_id else None
                self.store.audit.note(_actor(asker), "hook feedback", patient=patient, what=str(card.id))

    def _learn(self, card: HookCard, one: Said) -> None:
        """Keep why a card was set aside: with the document that it is about, else with the patient's newest plan in which the same rule
        found something; where there is neither, it counts in the rule's rate alone.
        """
        plan = self.store.proposals.get(card.proposal_id.hex) if card.proposal_id else None
        if plan is None and card.patient_id:
            plans = self.store.proposals.of(str(card.patient_id))
            same = [of for of in plans if any(finding.rule == card.rule for finding in of.findings)]
            plan = same[-1] if same else None
        if plan is not None:
            words = {"words": one.comment} if one.comment else {}
            feedback = {"code": "hook", "rule": card.rule, "reason": one.reason or one.outcome, **words}
            self.store.improvement.add(plan, feedback)

    def _given(
        self, asker: Asker, service: str, asked: HookAsked, patient: str, cards: Sequence[Card]
    ) -> tuple[Card, ...]:
        """The cards with their ids, once it is in the log who was told of whom."""
        who, found = asked.user or "nobody named", read(self.store)
        if found.of_site:
            cards = [of_stop("Careloom is stopped at this site: nothing was looked at here.")]
        elif BY_ID[service].hook == "patient-view" and found.of_kind(CARE_PLAN):
            cards = [
                *cards,
                of_stop("Care plans are stopped in Careloom: none is drafted, signed or filed now."),
            ]
        with self.store.transaction():
            told = self.store.hooks.give(
                cards, patient or None, service=service, issuer=asker.name, at=self.clock()
            )
            self.store.audit.note(_actor(asker), ANSWER, patient=patient or None, what=f"{service} {who}")
        return told

    # ── whom it is about ────────────────────────────────────────────────────────────────────────

    def _chart(self, asker: Asker, asked: HookAsked, given: Sequence[Sent], today: date) -> Chart:
        """What came along of the patient who is asked about; whatever is another's is left out and counted."""
        wanted = Identifier(f"urn:careloom:source:{asker.source}", f"Patient/{asked.patient}")
        nobody = Person(identifiers=(wanted,))
        try:
            readings = list(self._read(asker, given))
        except InputError:
            return Chart(wanted, nobody, self._record([], nobody, today), unread=len(given))
        own = [one for one in readings if wanted in one.person.identifiers]
        others = sum(len(one.entries) for one in readings if one not in own)
        unread = sum(len(one.rejected) for one in readings)
        person = own[0].person if own else nobody
        entries = as_listed_now([entry for one in own for entry in one.entries], today)
        return Chart(wanted, person, self._record(entries, person, today), others, unread)

    def _record(self, entries: Sequence[Entry], person: Person, today: date) -> PatientRecord:
        return assemble("asked about", entries, self.knowledge, today, (person,))

    def _read(self, asker: Asker, sent: Sequence[Sent]) -> Iterator[Reading]:
        if not sent:
            return
        body = b",".join(b'{"resource":' + one.raw + b"}" for one in sent)
        data = b'{"resourceType":"Bundle","type":"searchset","entry":[' + body + b"]}"
        message = Message(hashlib.sha256(data).hexdigest(), asker.source, "fhir", "hook", self.zone)
        system = self.weaving.systems.get(asker.source)
        for one in fhir.read(message, io.BytesIO(data), max_json_mb=MAX_MB):
            yield segmented(one, system)

    def _ours(self, chart: Chart) -> tuple[str, list[str]]:
        """Our patient, by the id at the source and the numbers that came along ("" for nobody), and why one who was found isn't taken."""
        told = chart.person.birth_date
        own = self._found((chart.asked,))
        # A number of another system than the EHR's own counts beside a birth date alone.
        found = own | (self._found(chart.person.identifiers) if told else set())
        if len(found) > 1:
            return "", [
                "The EHR's id and the numbers that it sent along lead to different patients in Careloom: no record of ours was used."
            ]
        if not found:
            return "", []
        patient = found.pop()
        persons = self.store.patients.persons(patient)
        known = {one.birth_date for one in persons if one.birth_date}
        other = "birth date" if told and told not in known and (known or not own) else ""
        if part := other or contradiction(seen((chart.person,)), seen(persons)):
            return "", [
                f"Of the patient whom Careloom knows by this number the {part} differs: no record of ours was used."
            ]
        return patient, []

    def _found(self, numbers: Sequence[Identifier]) -> set[str]:
        """Our patients of these numbers; a number of several is nobody's."""
        found = set()
        for one in numbers:
            try:
                found.add(self.store.patients.find(f"{one.system}|{one.value}"))
            except InputError:
                continue
        return found

    # ── what is said ────────────────────────────────────────────────────────────────────────────

    def _is_quiet(
        self, alert: Alert, orders: Sequence[Order], standing: PatientRecord, ours: PatientRecord | None
    ) -> bool:
        """Whether an alert is about renewals alone and a licensed person signed a plan over it, with nothing changed since."""
        touched = [one for one in orders if one.entry in alert.finding.evidence]
        if ours is None or not touched or not all(one.is_renewal for one in touched):
            return False
        return is_quiet(alert.finding, standing, ours, self.accepted(ours.patient))

    def _plans(self, asker: Asker, patient: str) -> list[Card]:
        """A care plan that waits, and the one in force; none that rests on what a substance-use programme sent."""
        plans = [one for one in self.store.proposals.of(patient) if one.document.kind == CARE_PLAN]
        open_ones = [one for one in plans if not self.access.is_closed(one.id)]
        # Who looks at a card isn't known for certain: what a parallel run keeps from anybody is on none.
        open_ones = [
            one for one in open_ones if one.status != "draft" or not self.store.parallels.case_of(one.id)
        ]
        waiting = [one for one in open_ones if one.status == "draft"]
        cards = [waiting_card(asker, waiting[-1])] if waiting else []
        in_force = self.store.proposals.last_filed(patient, CARE_PLAN)
        filed = dict(self.store.chart.of(patient))
        if in_force is not None and in_force.id in filed and not self.access.is_closed(in_force.id):
            since = filed[in_force.id].astimezone().date().isoformat()
            cards.append(in_force_card(asker, in_force.id, since))
        return cards


def _actor(asker: Asker) -> str:
    return f"hook {asker.name}"[:64]


def _must_be_their_own(said: Sequence[Said]) -> None:
    """Raises InputError where a suggestion that was taken is none of its card's."""
    for place, one in enumerate(said):
        ids = {suggestion_id(str(UUID(one.card)), what) for what in offers()} if one.suggestions else set()
        if not ids.issuperset(one.suggestions):
            raise InputError("names no suggestion of this card", f"feedback[{place}].acceptedSuggestions")


def _all_that_came(
    asked: HookAsked, wanted: Mapping[str, str], fetch: Fetch | None, now: datetime
) -> tuple[tuple[Sent, ...], list[str]]:
    """What came along and, where its server may be read, what did not; and what is to be said of it. `wanted` are the keys and templates
    of what was to come.
    """
    # What came by another name than ours came all the same.
    came = {"MedicationRequest" if one.kind in DRUGS else one.kind for one in asked.given}
    unsent = [
        key for key, path in wanted.items() if key not in asked.keys and _TYPE.split(path, maxsplit=1)[0] not in came
    ]  # fmt: skip
    failed = list(asked.failed)
    found: Sequence[Sent] = ()
    late: list[str] = []
    # An EHR that has the key of everything, and nothing under any, read nothing.
    lacking = [key for key in wanted if key in unsent or key in failed or not asked.given]
    if fetch is not None and lacking:
        try:
            found, more = fetch(asked, lacking)
            unsent, failed, late = [], [key for key in failed if key not in wanted], _beyond(more)
        except (SourceError, InputError):
            late = ["The EHR's FHIR server did not give the patient's data in time."]
    return (*asked.given, *found), [*_of_request(asked, unsent, failed, now), *late]


def _beyond(more: int) -> list[str]:
    return [f"{counted(more, 'resource')} beyond the first 2,000 were not read."] if more else []


def _of_request(asked: HookAsked, unsent: Sequence[str], failed: Sequence[str], now: datetime) -> list[str]:
    """What is to be said of what came along before any of it is read; `unsent` and `failed` are keys of what was to come."""
    lines = []
    if asked.given and unsent:
        lines.append(f"The EHR did not send: {', '.join(unsent)}.")
    if asked.strange_token:
        lines.append("The EHR's token is another patient's: nothing was read with it.")
    if failed:
        lines.append(f"The EHR could not send: {', '.join(failed[:8])}.")
    lines += _beyond(asked.more)
    if asked.dated:
        try:
            at = datetime.fromisoformat(asked.dated)
        except ValueError:
            return lines
        at = at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
        if now - at > STALE:
            lines.append(
                f"What the EHR sent along was put together on {at.date().isoformat()}: it may be old."
            )
    return lines


def _of_chart(chart: Chart) -> list[str]:
    lines = []
    if chart.others:
        lines.append(
            f"{counted(chart.others, 'entry', 'entries')} of another patient came along and were left out."
        )
    if chart.unread:
        lines.append(f"{counted(chart.unread, 'resource')} that came along could not be read.")
    return lines


def _alone(chart: Chart, *, known: bool) -> str:
    if known:
        return "The EHR sent nothing along: the orders were checked against Careloom's own record alone."
    if chart.record.entries:
        return "This patient is not known in Careloom: the orders were checked against what the EHR sent along, and nothing else."
    return "Nothing is known of this patient here and nothing came along: the orders were checked against each other alone."
