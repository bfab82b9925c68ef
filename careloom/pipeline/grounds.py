"""Grounds: the parts on which the others stand: records, who may see them, working hours, models, and what the site has set of other systems."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import structlog

from careloom import llm as models
from careloom.care.hours import Calendar, calendar
from careloom.care.record import PatientRecord
from careloom.errors import ConfigError
from careloom.pipeline.access import Access, access_of
from careloom.pipeline.accounting import Accounting
from careloom.pipeline.agreeing import Agreeing
from careloom.pipeline.asking import Asking
from careloom.pipeline.auditing import DataAudit
from careloom.pipeline.care_months import CareMonths
from careloom.pipeline.chronic import Chronic
from careloom.pipeline.connected import Connected
from careloom.pipeline.drafting import model_options
from careloom.pipeline.effort import Efforts
from careloom.pipeline.ehr.telling import Tellings, tellings_of
from careloom.pipeline.evaluating import Evaluating
from careloom.pipeline.faring import Faring
from careloom.pipeline.financing import Financing
from careloom.pipeline.holding import Holding
from careloom.pipeline.learning import Learning
from careloom.pipeline.looking import Looking
from careloom.pipeline.managing import Managing
from careloom.pipeline.mappings import Mappings
from careloom.pipeline.measuring import Measuring
from careloom.pipeline.observing import Observing
from careloom.pipeline.ranking import RankingUseCases
from careloom.pipeline.scans import Scans
from careloom.pipeline.timing import Timing
from careloom.pipeline.training import Training
from careloom.pipeline.vouching import Vouching
from careloom.pipeline.weaving import Weaving
from careloom.wire.hooks import Issuer, Keyholders, issuers

# How the embedded model is called with an adapter that was trained here; the beginning of its SHA-256 follows.
WITH_ADAPTER = "embedded+"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Grounds(Connected):
    """What needs nothing but the site's settings and its store."""

    @cached_property
    def mappings(self) -> Mappings:
        """The site's mappings of tables, and those that were used before."""
        home = self.settings.home
        here = Mappings.of(self.settings.mappings or home / "mappings", home / "mappings" / "kept")
        return self.holding.mappings(here)

    @cached_property
    def holding(self) -> Holding:
        """What the site has of its own, as it was released."""
        return Holding(self.store, self.machine or self.settings, self.clock)

    @cached_property
    def accounting(self) -> Accounting:
        """Who did what with whose record, and what left."""
        return Accounting(self.store, self.clock)

    @cached_property
    def scans(self) -> Scans:
        """What a machine read off images and a person must confirm."""
        return Scans(self.store, self.clock)

    @cached_property
    def data_audit(self) -> DataAudit:
        """What the sources can and cannot give."""
        return DataAudit(self.store, self.knowledge, self.systems, ZoneInfo(self.settings.zone), self.clock)

    @cached_property
    def measuring(self) -> Measuring:
        """Quality measures over all records."""
        terms, drugs, held = self.knowledge.terms, self.knowledge.drugs, self.settings.value_sets
        return Measuring(self.store, terms, drugs, self.settings.home, held, self.clock)

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
    def evaluating(self) -> Evaluating:
        """What models have earned here."""
        return Evaluating(self.settings, self.knowledge, self.opened)

    @cached_property
    def learning(self) -> Learning:
        """What decisions teach a model."""
        return Learning(self.store, self.settings, self.knowledge, self.clock, self.record_of, self.opened)

    @cached_property
    def _models(self) -> dict[str, models.Opened]:
        return {}

    def opened(self, name: str | None) -> models.Opened:
        """The model of this name, opened once ("embedded+HASH" with an adapter that was trained here); none for templates alone, and with the reason where the embedded one can't run."""
        if name is None and self.unreleased:
            return models.Opened(None, self.unreleased)
        wanted = name or self.settings.model
        if wanted not in self._models:
            # Who names a model means the machine's.
            options = model_options((self.by_name or self.settings) if name else self.settings)
            name = wanted
            if wanted.startswith(WITH_ADAPTER):
                name, adapter = "embedded", self.learning.adapter_of(wanted.removeprefix(WITH_ADAPTER))
                options = replace(options, adapter=str(adapter))
            found = models.opened(name, options)
            if found.why:
                log.warning("drafting without a model", why=found.why)
            self._models[wanted] = found
        return self._models[wanted]

    @cached_property
    def vouching(self) -> Vouching:
        """Which texts the site's licensed people have approved."""
        return Vouching(self.store, self.knowledge.texts, self.clock)

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

    def _here(self) -> datetime:
        return self.clock().astimezone(ZoneInfo(self.settings.zone))

    @cached_property
    def timing(self) -> Timing:
        """How long people worked."""
        return Timing(self.store, self.access, self.clock, ZoneInfo(self.settings.zone))

    @cached_property
    def faring(self) -> Faring:
        """How patients fared."""
        today, zone = lambda: self._here().date(), ZoneInfo(self.settings.zone)
        return Faring(self.store, self.access, self.knowledge.labs, self.weaving.entries, today, zone)

    @cached_property
    def effort(self) -> Efforts:
        """How much work documents took."""
        return Efforts(self.store, self.access, self.timing, self.weaving.entries)

    @cached_property
    def chronic(self) -> Chronic:
        """What of a record is chronic."""
        return Chronic(self.knowledge.conditions)

    def bare_record(self, patient: str, as_of: date) -> PatientRecord:
        """A patient's record as of a day without what substance-use programmes sent, for whoever bills, codes or measures; the reading isn't audited."""
        return self.weaving.record(patient, as_of, closed=True, bare=True)

    @cached_property
    def financing(self) -> Financing:
        """What documents cost, and what a coder looks at."""
        home = self.settings.home
        return Financing(self.store, self.access, self.timing, self.chronic, self.bare_record, home)

    @cached_property
    def managing(self) -> Managing:
        """Who is enrolled in a care-management programme, and what is attested of it."""
        return Managing(self.store, self.access, self.chronic, self.bare_record, self._here)

    @cached_property
    def care_months(self) -> CareMonths:
        """Which months of care management meet what, for a biller."""
        return CareMonths(
            self.store,
            self.access,
            self.timing,
            self.chronic,
            self.bare_record,
            lambda patient, day: self.bare_record(patient, day).entries,
            lambda: self.calendar,
            self.settings.home,
        )

    @cached_property
    def observing(self) -> Observing:
        """Time studies."""
        return Observing(self.store, self.access, self._here, ZoneInfo(self.settings.zone))

    @cached_property
    def training(self) -> Training:
        """Drills, and who may decide on real cases. Raises ConfigError for a setting that there is not."""
        asked, demo = self.settings.training, self.settings.demo
        return Training(self.store, self.access, self.knowledge, self._here, asked, demo)

    @cached_property
    def ranking(self) -> RankingUseCases:
        """Which work is worth drafting first."""
        return RankingUseCases(self.observing)

    @cached_property
    def agreeing(self) -> Agreeing:
        """How far second readers agree with the first."""
        return Agreeing(self.store, self.access, self._here)

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
