"""Parts: everything that the pipeline is made of, each built from one site's settings and its store when it is first asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import structlog

from careloom import llm as models
from careloom.care.document import Proposal
from careloom.care.entry import Entry
from careloom.care.hours import Calendar, calendar
from careloom.care.record import PatientRecord
from careloom.chart.parts import Filed
from careloom.errors import ConfigError
from careloom.pipeline.access import Access, access_of
from careloom.pipeline.accounting import Accounting
from careloom.pipeline.agreeing import Agreeing
from careloom.pipeline.asking import Asking
from careloom.pipeline.assigning import Assigning
from careloom.pipeline.attention import Attention
from careloom.pipeline.auditing import DataAudit
from careloom.pipeline.charting import Charting
from careloom.pipeline.choosing import Choosing
from careloom.pipeline.connected import Connected
from careloom.pipeline.consenting import Consenting
from careloom.pipeline.dead_letters import DeadLetters
from careloom.pipeline.deciding import Desk
from careloom.pipeline.delivering import Delivering, asked, delivering_of, pager
from careloom.pipeline.drafting import Drafting, model_options
from careloom.pipeline.escalating import Escalating
from careloom.pipeline.evaluating import Evaluating
from careloom.pipeline.facade import Facade
from careloom.pipeline.first_visit import FirstVisit
from careloom.pipeline.hooking import Hooking
from careloom.pipeline.intake import Intake
from careloom.pipeline.looking import Looking
from careloom.pipeline.mappings import Mappings
from careloom.pipeline.paging import Paging, chain
from careloom.pipeline.panels import Panels
from careloom.pipeline.people import People
from careloom.pipeline.questioning import Questioning
from careloom.pipeline.refusals import Refusals
from careloom.pipeline.replying import Replying
from careloom.pipeline.scans import Scans
from careloom.pipeline.second_telling import SecondTelling
from careloom.pipeline.seconding import Seconding
from careloom.pipeline.settling import Settling
from careloom.pipeline.shown import Review
from careloom.pipeline.telling import Tellings, tellings_of
from careloom.pipeline.timing import Timing
from careloom.pipeline.told import told
from careloom.pipeline.tracking import Tracking
from careloom.pipeline.turning import Turning
from careloom.pipeline.visiting import Visiting
from careloom.pipeline.vouching import Vouching, site
from careloom.pipeline.weaving import Weaving
from careloom.pipeline.working import Working
from careloom.pipeline.writing_back import WritingBack
from careloom.pipeline.writing_fhir import FhirDestination
from careloom.pipeline.writing_mdm import MdmDestination
from careloom.review.tiers import raised
from careloom.wire import fhir
from careloom.wire.hooks import Issuer, Keyholders, issuers

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parts(Connected):
    """The parts over one store."""

    @cached_property
    def mappings(self) -> Mappings:
        """The site's mappings of tables, and those that were used before."""
        home = self.settings.home
        return Mappings.of(self.settings.mappings or home / "mappings", home / "mappings" / "kept")

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
    def dead_letters(self) -> DeadLetters:
        """Messages that could not be read, and what people do about them."""
        return DeadLetters(self.store, self.intake)

    @cached_property
    def accounting(self) -> Accounting:
        """Who did what with whose record, and what left."""
        return Accounting(self.store, self.clock)

    @cached_property
    def scans(self) -> Scans:
        """What a machine read off images and a person must confirm."""
        return Scans(self.store, self.clock)

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
    def data_audit(self) -> DataAudit:
        """What the sources can and cannot give."""
        return DataAudit(self.store, self.knowledge, self.systems, ZoneInfo(self.settings.zone), self.clock)

    @cached_property
    def weaving(self) -> Weaving:
        """From stored entries to a patient's record."""
        names = tuple(one.strip() for one in self.settings.consent_names.split(";") if one.strip())
        return Weaving(self.store, self.knowledge, self.systems, names)

    def record_of(self, patient: str, as_of: date) -> PatientRecord:
        """A patient's record as of a day; the reading isn't audited."""
        return self.weaving.record(patient, as_of)

    @cached_property
    def access(self) -> Access:
        """Whom somebody may see."""
        return access_of(self.settings, self.store, self.clock)

    @cached_property
    def asking(self) -> Asking:
        """Of whom a document may be asked for."""
        return Asking(self.store, self.access)

    @cached_property
    def looking(self) -> Looking:
        """When somebody looked at a patient last, and what came since."""
        return Looking(self.store, self.clock)

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
        )

    @cached_property
    def evaluating(self) -> Evaluating:
        """What models have earned here."""
        return Evaluating(self.settings, self.knowledge, self.opened)

    @cached_property
    def _models(self) -> dict[str, models.Opened]:
        return {}

    def opened(self, name: str | None) -> models.Opened:
        """The model of this name, opened once; none for templates alone, and with the reason where the embedded one can't run."""
        wanted = name or self.settings.model
        if wanted not in self._models:
            found = models.opened(wanted, model_options(self.settings))
            if found.why:
                log.warning("drafting without a model", why=found.why)
            self._models[wanted] = found
        return self._models[wanted]

    @cached_property
    def vouching(self) -> Vouching:
        """Which texts the site's licensed people have approved."""
        return Vouching(self.store, self.knowledge.texts, self.clock)

    @cached_property
    def desk(self) -> Desk:
        """Where people decide."""
        return Desk(
            self.store,
            self.knowledge,
            self.record_of,
            self.clock,
            self.choosing,
            raised(self.settings.raise_tiers),
            frozenset(one.strip() for one in self.settings.programme_roles.split(",") if one.strip()),
            lambda: site(self.settings, self.store),
            self._filed,
        )

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
                "fhir": FhirDestination(lambda system: fhir.open_server(system, time, most)),
                "mdm": MdmDestination(
                    lambda patient: self.store.patients.said(patient, former=False),
                    (self.settings.sources or self.settings.home / "sources.toml").parent,
                    self._printed if self.printer else None,
                ),
            },
            lambda: self.weaving.programmes,
            lambda proposal, at, closed: told(self.desk, self.weaving, (proposal, at), closed=closed),
            self.weaving.entries,
            self.clock,
        )

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
    def seconding(self) -> Seconding:
        """What second and third readers do."""
        return Seconding(self.desk, self.choosing, self._here)

    @cached_property
    def agreeing(self) -> Agreeing:
        """How far second readers agree with the first."""
        return Agreeing(self.store, self.access, self._here)

    @cached_property
    def working(self) -> Working:
        """What waits, and for whom."""
        return Working(
            self.store, self.access, self._here, lambda one: bool(self.weaving.programmes.programme(one))
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
            lambda one: bool(self.weaving.programmes.programme(one)),
        )

    @cached_property
    def calendar(self) -> Calendar:
        """The site's working hours. Raises ConfigError for a file that doesn't fit."""
        named, lies = self.settings.working_hours, self.settings.home / "hours.toml"
        if named is None and not lies.exists():
            return Calendar(ZoneInfo(self.settings.zone))
        try:
            return calendar((named or lies).read_text(encoding="utf-8"), self.settings.zone)
        except (OSError, UnicodeDecodeError):
            raise ConfigError("CARELOOM_WORKING_HOURS names no file that can be read") from None

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
            {one.name: one.address for one in chain(self.settings.notice_people, "CARELOOM_NOTICE_PEOPLE")},
            pager(self.settings),
            lambda now: {**SecondTelling(self.choosing).to_tell(now), **self.questioning.to_tell(now)},
            self.settings.language,
        )

    def _here(self) -> datetime:
        return self.clock().astimezone(ZoneInfo(self.settings.zone))

    @cached_property
    def attention(self) -> Attention:
        """What people read, mark and answer before they decide."""
        return Attention(
            self.desk, self.clock, lambda: self.today, self.settings.reading_rate, self.timing.active
        )

    @cached_property
    def tracking(self) -> Tracking:
        """What becomes of signed activities."""
        return Tracking(self.store, self.clock, lambda patient: self.writing_back.tasks_changed(patient))

    @cached_property
    def timing(self) -> Timing:
        """How long people worked."""
        return Timing(self.store, self.access, self.clock, ZoneInfo(self.settings.zone))

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
    def paging(self) -> Paging:
        """What can't wait, and who is told of it."""
        return Paging(
            self.store,
            self.knowledge,
            self.record_of,
            self.clock,
            chain(self.settings.urgent_people),
            self.settings.urgent_minutes,
            pager(self.settings),
            lambda one: bool(self.weaving.programmes.programme(one)),
        )

    @cached_property
    def facade(self) -> Facade:
        """The charts as a FHIR server gives them."""
        charting = Charting(self.store, self.desk, self.weaving, self.access, lambda: self.today)
        return Facade(self.store, self.access, charting, self.clock)

    @cached_property
    def hooking(self) -> Hooking:
        """What EHRs are answered at their hooks."""
        return Hooking(
            self.store,
            self.weaving,
            self.knowledge,
            self.access,
            self.drafting.accepted,
            self._here,
            self.settings.zone,
        )

    @cached_property
    def hook_issuers(self) -> tuple[Issuer, ...]:
        """The EHRs that may ask at a hook. Raises ConfigError for a file that doesn't fit."""
        return issuers(self.settings.hooks or self.settings.home / "hooks.toml")

    @cached_property
    def keyholders(self) -> Keyholders:
        """The keys with which they sign."""
        return Keyholders(self.clock)

    @cached_property
    def tellings(self) -> Tellings:
        """Which other systems are told of what happened."""
        return tellings_of(self.settings, self.store, self.clock)

    @cached_property
    def replying(self) -> Replying:
        """What patients write back."""
        return Replying(self.store, self.intake, self.delivering, self.paging, self.clock)
