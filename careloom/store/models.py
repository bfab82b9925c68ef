"""The tables. Columns named `sealed…` hold what only the organisation's key opens; the rest is plain.

Rows of APPEND_ONLY are never changed or deleted: triggers refuse it.
"""

from django.db import models

from careloom.store.account import User as User
from careloom.store.alarmed import AlarmStep as AlarmStep
from careloom.store.alarmed import StoredAlarm as StoredAlarm
from careloom.store.alarmed import StoredOwner as StoredOwner
from careloom.store.answered import Answer as Answer
from careloom.store.audited import AuditEvent as AuditEvent
from careloom.store.audited import AuditSeal as AuditSeal
from careloom.store.begun import StoredProgress as StoredProgress
from careloom.store.called import StoredCall as StoredCall
from careloom.store.caring import BrokenGlass as BrokenGlass
from careloom.store.caring import CareTeamMember as CareTeamMember
from careloom.store.caring import CareTeamStep as CareTeamStep
from careloom.store.caring import GlassReport as GlassReport
from careloom.store.changed import ShadowCase as ShadowCase
from careloom.store.changed import StoredChange as StoredChange
from careloom.store.changed import StoredChangeStep as StoredChangeStep
from careloom.store.charted import ChartMark as ChartMark
from careloom.store.charted import ChartResource as ChartResource
from careloom.store.complied import LegalHold as LegalHold
from careloom.store.complied import LegalHoldEnd as LegalHoldEnd
from careloom.store.complied import StoredAnswer as StoredAnswer
from careloom.store.complied import StoredPack as StoredPack
from careloom.store.counted import ReadinessRun as ReadinessRun
from careloom.store.day_counted import StoredDayCount as StoredDayCount
from careloom.store.day_counted import StoredWatch as StoredWatch
from careloom.store.drilled import DrillAnswer as DrillAnswer
from careloom.store.drilled import StoredDrill as StoredDrill
from careloom.store.drilled import StoredTraining as StoredTraining
from careloom.store.failed import FailureStep as FailureStep
from careloom.store.fetched import PullMark as PullMark
from careloom.store.fetched import StoredExport as StoredExport
from careloom.store.formed import TakenForm as TakenForm
from careloom.store.gauged import QualityCases as QualityCases
from careloom.store.gauged import QualityProgress as QualityProgress
from careloom.store.gauged import QualityRun as QualityRun
from careloom.store.happened import EventStep as EventStep
from careloom.store.happened import StoredEvent as StoredEvent
from careloom.store.hooked import HookCard as HookCard
from careloom.store.hooked import HookFeedback as HookFeedback
from careloom.store.hooked import UsedStatement as UsedStatement
from careloom.store.learned import Lesson as Lesson
from careloom.store.lent import Coming as Coming
from careloom.store.lent import StoredToken as StoredToken
from careloom.store.listed import ListedProposal as ListedProposal
from careloom.store.listed import ListingDue as ListingDue
from careloom.store.looked import PatientLook as PatientLook
from careloom.store.managed import ManagementStep as ManagementStep
from careloom.store.marks import NoteMark as NoteMark
from careloom.store.messaged import MessageReading as MessageReading
from careloom.store.messaged import Receipt as Receipt
from careloom.store.messaged import Settlement as Settlement
from careloom.store.messaged import StoredMessage as StoredMessage
from careloom.store.messaged import StoredRejection as StoredRejection
from careloom.store.noticed import EscalationStep as EscalationStep
from careloom.store.noticed import NoticeStep as NoticeStep
from careloom.store.noticed import StoredNotice as StoredNotice
from careloom.store.observed import StoredActivityList as StoredActivityList
from careloom.store.observed import StoredTap as StoredTap
from careloom.store.observed import StoredTimeStudy as StoredTimeStudy
from careloom.store.observed import TapWord as TapWord
from careloom.store.observed import TimeStudyStep as TimeStudyStep
from careloom.store.owed import Work as Work
from careloom.store.paged import PageStep as PageStep
from careloom.store.paged import ReplyRead as ReplyRead
from careloom.store.paged import StoredPage as StoredPage
from careloom.store.paged import StoredReply as StoredReply
from careloom.store.paralleled import RunDocument as RunDocument
from careloom.store.paralleled import RunStep as RunStep
from careloom.store.paralleled import StoredRun as StoredRun
from careloom.store.piloted import PilotStep as PilotStep
from careloom.store.piloted import StoredPilot as StoredPilot
from careloom.store.programmed import ProgrammeStep as ProgrammeStep
from careloom.store.proven import StoredFactor as StoredFactor
from careloom.store.proven import StoredSignIn as StoredSignIn
from careloom.store.questioned import StoredQuestion as StoredQuestion
from careloom.store.questioned import StoredQuestionStep as StoredQuestionStep
from careloom.store.registered import DraftVersions as DraftVersions
from careloom.store.registered import RegisteredPart as RegisteredPart
from careloom.store.registered import RegisteredSet as RegisteredSet
from careloom.store.resources import ResourceVersion as ResourceVersion
from careloom.store.resources import StoredName as StoredName
from careloom.store.resources import StoredWithdrawal as StoredWithdrawal
from careloom.store.row import Row as Row
from careloom.store.row import place as place
from careloom.store.ruled import RulingStep as RulingStep
from careloom.store.same import StoredLook as StoredLook
from careloom.store.same import StoredSameness as StoredSameness
from careloom.store.seconded import SecondStep as SecondStep
from careloom.store.seconded import StoredPolicy as StoredPolicy
from careloom.store.seconded import StoredSecond as StoredSecond
from careloom.store.sent import ContactWish as ContactWish
from careloom.store.sent import SendingStep as SendingStep
from careloom.store.sent import StoredSending as StoredSending
from careloom.store.site_ruled import FailureCase as FailureCase
from careloom.store.site_ruled import FrozenInputs as FrozenInputs
from careloom.store.site_ruled import RuleTrial as RuleTrial
from careloom.store.site_ruled import SiteRuleStep as SiteRuleStep
from careloom.store.site_ruled import StoredRule as StoredRule
from careloom.store.stands import StandingDue as StandingDue
from careloom.store.stands import StandingFindings as StandingFindings
from careloom.store.stopped import StopStep as StopStep
from careloom.store.stopped import StoredStop as StoredStop
from careloom.store.timed import StoredAttestation as StoredAttestation
from careloom.store.timed import StoredBeat as StoredBeat
from careloom.store.timed import TimeCorrection as TimeCorrection
from careloom.store.tracked import TaskEvent as TaskEvent
from careloom.store.turned import AbsenceStep as AbsenceStep
from careloom.store.turned import OpenReview as OpenReview
from careloom.store.turned import TurnStep as TurnStep
from careloom.store.unfilings import Unfiling as Unfiling
from careloom.store.voiced import ShareStep as ShareStep
from careloom.store.voiced import StoredVoice as StoredVoice
from careloom.store.voiced import VoiceStep as VoiceStep
from careloom.store.voiced import VoiceVote as VoiceVote
from careloom.store.vouched import TextApproval as TextApproval
from careloom.store.webhooked import StoredWebhook as StoredWebhook
from careloom.store.webhooked import WebhookEvent as WebhookEvent
from careloom.store.wrote import StoredWriting as StoredWriting
from careloom.store.wrote import WritingStep as WritingStep


class Patient(Row):
    """A patient: nothing but an id. What is known of the person is in `PatientSaying`."""

    created = models.DateTimeField()


class PatientSaying(Row):
    """What a message said of who a patient is, kept once however many messages say it."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="sayings")
    message = models.ForeignKey(StoredMessage, models.PROTECT, null=True, related_name="sayings")
    digest = models.CharField(max_length=64)
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "digest"], name="one_saying")]


class PatientIndex(Row):
    """A blind index by which a patient is found (store/blocks.py says by what)."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="indexes")
    what = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "digest", "patient"], name="one_patient_index"),
        ]


class EntryRevision(Row):
    """One revision of an entry; the highest number wins. `retired` says that the reader takes it back."""

    entry = models.CharField(max_length=32)
    revision = models.IntegerField()
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="entries")
    message = models.ForeignKey(StoredMessage, models.PROTECT, related_name="entries")
    ordinal = models.IntegerField()
    kind = models.CharField(max_length=64)
    reader_version = models.CharField(max_length=64)
    retired = models.BooleanField(default=False)
    digest = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "entry", "revision"], name="one_revision"),
        ]
        indexes = [models.Index(fields=["organisation", "patient", "kind"], name="entry_of_kind")]


class StoredProposal(Row):
    """The queue's view of a proposal; its content is its newest `ProposalRevision`.

    `sealed_cited` is the frozen copy of what it cites, `seen` the ids (16 bytes each) of all entries of the
    record it was drafted from.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=64)
    status = models.CharField(max_length=16)
    tier = models.IntegerField()
    assigned_to = models.CharField(max_length=64, null=True)
    due = models.DateTimeField(null=True)
    created = models.DateTimeField()
    version = models.IntegerField(default=1)
    sealed_cited = models.BinaryField()
    seen = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "status", "due"], name="proposal_queue"),
            models.Index(fields=["organisation", "created"], name="proposal_created"),
        ]


class Confirmation(Row):
    """What a person said of an entry that a machine read off an image: right or wrong. The last one counts."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="confirmations")
    entry = models.CharField(max_length=32)
    right = models.BooleanField()
    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "at"], name="confirmation_patient")]


class Assignment(Row):
    """Whose a scan is that names nobody for certain, as a person said; without a patient that is taken back."""

    message = models.ForeignKey(StoredMessage, models.PROTECT, related_name="assignments")
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="assigned")
    who = models.CharField(max_length=64)
    at = models.DateTimeField()


class ProposalRevision(Row):
    """A whole proposal as it stood at one version."""

    proposal = models.ForeignKey(StoredProposal, models.PROTECT, related_name="revisions")
    version = models.IntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "version"], name="one_proposal_version")]


class StoredDecision(Row):
    """What a reviewer decided about a proposal."""

    proposal = models.ForeignKey(StoredProposal, models.PROTECT, related_name="decisions")
    action = models.CharField(max_length=16)
    reviewer = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="decision_at")]


class Filing(Row):
    """A signed document in the chart: the proposal, and the version of it that was released."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="filings")
    proposal = models.OneToOneField(StoredProposal, models.PROTECT, related_name="filing")
    version = models.IntegerField()
    at = models.DateTimeField()


APPEND_ONLY: tuple[type[Row], ...] = (
    StoredRun,
    RunStep,
    RunDocument,
    QualityRun,
    StoredPilot,
    PilotStep,
    FailureStep,
    FailureCase,
    FrozenInputs,
    StoredRule,
    SiteRuleStep,
    StoredAlarm,
    AlarmStep,
    StoredOwner,
    StoredChange,
    StoredChangeStep,
    ShadowCase,
    RegisteredPart,
    RegisteredSet,
    DraftVersions,
    StoredStop,
    StopStep,
    StoredEvent,
    EventStep,
    ProgrammeStep,
    StoredMessage,
    MessageReading,
    StoredRejection,
    Settlement,
    Receipt,
    PatientSaying,
    EntryRevision,
    Confirmation,
    Assignment,
    StoredLook,
    StoredSameness,
    StoredWithdrawal,
    NoteMark,
    ProposalRevision,
    StoredDecision,
    Filing,
    Unfiling,
    TaskEvent,
    TextApproval,
    Lesson,
    AuditEvent,
    AuditSeal,
    ReadinessRun,
    SendingStep,
    ContactWish,
    StoredPage,
    PageStep,
    StoredReply,
    ReplyRead,
    TurnStep,
    EscalationStep,
    StoredNotice,
    NoticeStep,
    AbsenceStep,
    CareTeamStep,
    BrokenGlass,
    HookCard,
    HookFeedback,
    StoredBeat,
    TimeCorrection,
    StoredAttestation,
    GlassReport,
    StoredPolicy,
    StoredSecond,
    SecondStep,
    RulingStep,
    ManagementStep,
    StoredQuestion,
    StoredQuestionStep,
    WritingStep,
    StoredActivityList,
    StoredTimeStudy,
    TimeStudyStep,
    StoredTap,
    TapWord,
    StoredDrill,
    DrillAnswer,
    StoredTraining,
    StoredVoice,
    VoiceStep,
    ShareStep,
    StoredPack,
    StoredAnswer,
    LegalHold,
    LegalHoldEnd,
)
