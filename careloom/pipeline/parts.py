"""Parts: everything that the pipeline is made of, each built from one site's settings and its store when it is first asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from careloom.care.document import Proposal
from careloom.care.entry import Entry
from careloom.chart.parts import Filed
from careloom.chart.people import Custodian
from careloom.connect.hl7v2.visit_number import visit_number
from careloom.errors import ConfigError
from careloom.pipeline.assigning import Assigning
from careloom.pipeline.attention import Attention
from careloom.pipeline.choosing import Choosing
from careloom.pipeline.consenting import Consenting
from careloom.pipeline.dead_letters import DeadLetters
from careloom.pipeline.deciding import Desk
from careloom.pipeline.delivering import Delivering, asked, delivering_of, pager
from careloom.pipeline.drafting import Drafting
from careloom.pipeline.ehr.destination import attempt_seconds
from careloom.pipeline.ehr.told import told
from careloom.pipeline.ehr.writing_back import WritingBack
from careloom.pipeline.ehr.writing_fhir import FhirDestination
from careloom.pipeline.ehr.writing_mdm import MdmDestination
from careloom.pipeline.escalating import Escalating
from careloom.pipeline.first_visit import FirstVisit
from careloom.pipeline.handwriting import Handwriting
from careloom.pipeline.hearing import Hearing
from careloom.pipeline.intake import Intake
from careloom.pipeline.paged import Paged
from careloom.pipeline.paging import Paging, chain
from careloom.pipeline.panels import Panels
from careloom.pipeline.people import People
from careloom.pipeline.questioning import Questioning
from careloom.pipeline.readers import Readers
from careloom.pipeline.refusals import Refusals
from careloom.pipeline.replying import Replying
from careloom.pipeline.safeguarded import Safeguarded
from careloom.pipeline.second_telling import SecondTelling
from careloom.pipeline.seconding import Seconding
from careloom.pipeline.settling import Settling
from careloom.pipeline.shown import Review
from careloom.pipeline.standing import Standing
from careloom.pipeline.tracking import Tracking
from careloom.pipeline.turning import Turning
from careloom.pipeline.unfiling import Unfiling
from careloom.pipeline.visiting import Visiting
from careloom.pipeline.vouching import site
from careloom.pipeline.working import Working
from careloom.review.tiers import raised
from careloom.wire import fhir


@dataclass(frozen=True)
class Parts(Safeguarded):
    """The parts over one store."""

    @cached_property
    def intake(self) -> Intake:
        """From files to entries."""
        return Intake(
            self.store,
            self.knowledge,
            self.settings.zone,
            self.settings.max_json_mb,
            self.settings.max_unpacked_mb,
            self.systems,
            self.mappings,
            self._arrived,
        )

    def _arrived(self, patient: str, entries: Sequence[Entry]) -> None:
        self.working.arrived(patient, entries)
        self.paging.watch(patient, entries)

    @cached_property
    def standing(self) -> Standing:
        """What can't wait in records themselves."""
        return Standing(
            self.store,
            lambda patient, day: self.weaving.record(patient, day, closed=True),
            self.drafting.accepted,
            self._here,
            self.protecting.known,
        )

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """Messages that could not be read, and what people do about them."""
        return DeadLetters(self.store, self.intake)

    @cached_property
    def assigning(self) -> Assigning:
        """Scans that name nobody whom we know, and whose a person says they are."""
        return Assigning(self.store, self.intake)

    @cached_property
    def people(self) -> People:
        """Who may be one person, and what people say of it."""
        return People(self.store, self.intake, self.weaving.programmes)

    @cached_property
    def refusals(self) -> Refusals:
        """Messages about somebody whose number is another's, and who a person says they are."""
        return Refusals(self.store, self.intake, self.weaving.programmes)

    @cached_property
    def consenting(self) -> Consenting:
        """Consents on paper, entered and taken back."""
        return Consenting(self.store, self.intake, self.weaving.programmes, self.clock)

    @cached_property
    def settling(self) -> Settling:
        """What is settled where sources disagree."""
        return Settling(
            self.store,
            self.intake,
            self.weaving,
            self.knowledge,
            self.access,
            lambda: site(self.settings, self.store),
            self.clock,
            self.protecting.known,
        )

    @cached_property
    def visiting(self) -> Visiting:
        """Calls and visits that people document."""
        return Visiting(self.store, self.intake, self.paging, self.knowledge, self.record_of, self.clock)

    @cached_property
    def first_visit(self) -> FirstVisit:
        """What is asked before a first visit."""
        return FirstVisit(self.store, self.record_of, self.clock)

    @cached_property
    def drafting(self) -> Drafting:
        """From a record to a proposal."""
        tables = self.evaluating.tables
        return Drafting(
            self.store,
            self.knowledge,
            self.settings,
            raised(self.settings.raise_tiers),
            tables,
            lambda at, hours: self.calendar.later(at, hours),
            self.protecting.known,
            self.protecting.inputs,
            self.registering.note,
        )

    @cached_property
    def desk(self) -> Desk:
        """Where people decide."""
        return Desk(
            self.store,
            self.protecting.known,
            self.record_of,
            self.clock,
            self.choosing,
            raised(self.settings.raise_tiers),
            frozenset(one.strip() for one in self.settings.programme_roles.split(",") if one.strip()),
            lambda: site(self.settings, self.store),
            self._filed,
            Custodian(self.settings.organisation, self.settings.practice_name or self.settings.organisation),
            self.training.must_be_trained,
            self.training.look_after,
        )

    @cached_property
    def handwriting(self) -> Handwriting:
        """Where people write without a draft."""
        return Handwriting(self.desk, self.access, lambda: self.today)

    def _filed(self, proposal: Proposal) -> None:
        """What follows from a filing, in its transaction."""
        # What sends is put together for what is to be sent alone: its settings stop no other signature.
        if asked(proposal):
            self.delivering.as_asked(proposal)
        self.writing_back.as_filed(proposal)

    @cached_property
    def writing_back(self) -> WritingBack:
        """What goes into other systems' charts."""
        time, most = fhir.Time(self.clock, self.wait), self.settings.max_json_mb << 20
        return WritingBack(
            self.store,
            lambda: self.systems,
            {
                "fhir": FhirDestination(
                    lambda system: fhir.open_server(system, time, most, longest=attempt_seconds(system))
                ),
                "mdm": MdmDestination(
                    lambda patient: self.store.patients.said(patient, former=False),
                    (self.settings.sources or self.settings.home / "sources.toml").parent,
                    self._printed if self.printer else None,
                    self._visit_number,
                ),
            },
            lambda: self.weaving.programmes,
            lambda proposal, at, closed, bare: told(
                self.desk, self.weaving, (proposal, at), closed=closed, bare=bare
            ),
            self.weaving.entries,
            self.clock,
        )

    def _visit_number(self, visit: Entry) -> str:
        with self.store.messages.open(visit.source.message) as message:
            return visit_number(message.read())

    def _printed(self, filed: Filed) -> bytes:
        """A filed document as it is printed, from no more of its record than was filed."""
        assert self.printer is not None
        shown = Review(filed.proposal, filed.record, {}, {}, filed.decisions, None, ())
        at = datetime.fromisoformat(filed.at).astimezone(ZoneInfo(self.settings.zone))
        return self.printer(shown, at, self.settings.fonts)[1]

    @cached_property
    def choosing(self) -> Choosing:
        """Which decisions are read a second time, and what is held until then."""
        return Choosing(
            self.store,
            self.access,
            self._here,
            lambda at, hours: self.calendar.later(at, hours),
            lambda since: self.working.loads(since),
        )

    @cached_property
    def readers(self) -> Readers:
        """Where second readers lack."""
        return Readers(self.store, self.access, self.choosing, self._here)

    @cached_property
    def seconding(self) -> Seconding:
        """What second and third readers do."""
        return Seconding(self.desk, self.choosing, self._here)

    @cached_property
    def working(self) -> Working:
        """What waits, and for whom."""
        return Working(
            self.store,
            self.access,
            self._here,
            self.paged,
            lambda one: bool(self.weaving.programmes.programme(one)),
        )

    @cached_property
    def turning(self) -> Turning:
        """Whose a waiting document is, and who stands in for whom."""
        return Turning(self.store, self.access, self._here)

    @cached_property
    def questioning(self) -> Questioning:
        """What is asked of physicians, and what they answer."""
        return Questioning(
            self.store,
            self.access,
            self.turning,
            self.tracking,
            self.knowledge,
            self.record_of,
            lambda: self.calendar,
            self._here,
            self.settings.physician_due_hours,
        )

    @cached_property
    def panels(self) -> Panels:
        """Whom somebody looks after, and why now."""
        return Panels(
            self.store,
            self.access,
            self._here,
            self.working.every,
            lambda who: (*self.questioning.hers(who), *self.questioning.answered(who)),
            lambda: self.calendar,
            self.paged,
            lambda one: bool(self.weaving.programmes.programme(one)),
        )

    @cached_property
    def escalating(self) -> Escalating:
        """What people are told of waiting work. Raises ConfigError for a setting that doesn't fit."""
        if self.settings.remind_hours <= 0:
            raise ConfigError("CARELOOM_REMIND_HOURS must be more than 0")
        return Escalating(
            self.store,
            self.working,
            self.turning,
            self.calendar,
            self._here,
            self.settings.remind_hours,
            self.settings.physician_due_hours,
            self._addresses(),
            pager(self.settings),
            lambda now: {**SecondTelling(self.choosing).to_tell(now), **self.questioning.to_tell(now)},
            self.writing_back.undelivered,
            self.settings.language,
        )

    @cached_property
    def attention(self) -> Attention:
        """What people read, mark and answer before they decide."""
        return Attention(
            self.desk, self.clock, lambda: self.today, self.settings.reading_rate, self.timing.active
        )

    @cached_property
    def hearing(self) -> Hearing:
        """What people say of the product."""
        return Hearing(self.store, self.access, self._here, self.timing.own)

    @cached_property
    def tracking(self) -> Tracking:
        """What becomes of signed activities."""
        return Tracking(self.store, self.clock, lambda patient: self.writing_back.tasks_changed(patient))

    @cached_property
    def delivering(self) -> Delivering:
        """What goes to patients."""
        return delivering_of(
            self.settings,
            self.store,
            self.knowledge,
            self.clock,
            lambda patient: self.weaving.entries(patient, self.today),
        )

    @cached_property
    def unfiling(self) -> Unfiling:
        """What takes filed documents back."""
        return Unfiling(
            self.store,
            self.access,
            self.choosing,
            self.tracking,
            self.visiting,
            self.writing_back,
            lambda: self.delivering,
            self.clock,
        )

    @cached_property
    def paging(self) -> Paging:
        """What can't wait, and who is told of it."""
        return Paging(
            self.store,
            self.knowledge,
            self.record_of,
            self.clock,
            chain(self.settings.urgent_people),
            self.settings.urgent_minutes,
            self.settings.urgent_outcome_minutes,
            pager(self.settings),
            lambda one: bool(self.weaving.programmes.programme(one)),
        )

    @cached_property
    def paged(self) -> Paged:
        """The pages of what can't wait, as somebody may read them."""
        return Paged(self.store, lambda: self.weaving.programmes, lambda: self.today)

    @cached_property
    def replying(self) -> Replying:
        """What patients write back."""
        return Replying(self.store, self.intake, self.delivering, self.paging, self.clock)
