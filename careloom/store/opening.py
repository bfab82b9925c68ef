"""One organisation's store, opened: its parts and the transaction that they share."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from careloom.privacy.custody import Custody
from careloom.privacy.held import site_keys
from careloom.store.answers import Answers
from careloom.store.approvals import Approvals
from careloom.store.assignments import Assignments
from careloom.store.audit import Audit
from careloom.store.calls import Calls
from careloom.store.charts import Charts, Improvement
from careloom.store.clock import now
from careloom.store.comings import Comings
from careloom.store.compliance import Compliance
from careloom.store.confirmations import Confirmations
from careloom.store.database import renew, writing
from careloom.store.drills import Drills
from careloom.store.elsewhere import Elsewhere
from careloom.store.entries import Entries
from careloom.store.factors import Factors
from careloom.store.forms import Forms
from careloom.store.holds import Holds
from careloom.store.hooks import Hooks
from careloom.store.journals import Journals
from careloom.store.looks import Looks
from careloom.store.management import Management
from careloom.store.messages import Messages
from careloom.store.notices import Notices
from careloom.store.observations import Observations
from careloom.store.overall import Overall
from careloom.store.pages import Pages, Replies
from careloom.store.parallels import Parallels
from careloom.store.patients import Patients
from careloom.store.pilots import Pilots
from careloom.store.proposals import Proposals
from careloom.store.pulls import Pulls
from careloom.store.questions import Questions
from careloom.store.receipts import Receipts
from careloom.store.retained import Retained, guarded
from careloom.store.rulings import Rulings
from careloom.store.safeguards import Safeguards
from careloom.store.sameness import Sameness
from careloom.store.sealed import Sealed
from careloom.store.seconds import Seconds
from careloom.store.sendings import Sendings, Wishes
from careloom.store.settlements import Settlements
from careloom.store.shelf import Shelf
from careloom.store.signins import SignIns
from careloom.store.standings import Standings
from careloom.store.tasks import Tasks
from careloom.store.teams import Teams
from careloom.store.today import Today
from careloom.store.tokens import Tokens
from careloom.store.turns import Turns
from careloom.store.unfinished import Unfinished
from careloom.store.users import Users
from careloom.store.voices import Voices
from careloom.store.watching import Watching
from careloom.store.webhooks import Webhooks
from careloom.store.work import Works
from careloom.store.worked import Worked
from careloom.store.worklists import WorkLists
from careloom.store.writings import Writings


def open_store(
    *, home: Path, organisation: str, encryption_key: str = "", custody: Custody | None = None
) -> "Store":
    """The store of an organisation. Django is set up and `database.prepare(home)` has run.

    The master key is where `custody` says; without it `encryption_key`, else the file home/key, made on first use.
    Raises ConfigError.
    """
    return Store(site_keys(organisation, home, custody or Custody(encryption_key), now()), home)


@dataclass(frozen=True)
class Store(Safeguards, Watching, Overall):
    """All parts of one organisation's store."""

    home: Path

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside, by any part, or none of them. Keep it short: SQLite has one writer."""
        return writing()

    def renew(self) -> None:
        """After a failure: let go of a connection that broke."""
        renew()

    def appended(self) -> tuple[int, int]:
        """How many tables of history bear the triggers that refuse changes, and how many there are: asked of the database itself."""
        return guarded()

    @cached_property
    def compliance(self) -> Compliance:
        """Compliance packs, and what people answered for them."""
        return Compliance(self.keys)

    @cached_property
    def holds(self) -> Holds:
        """Legal holds."""
        return Holds(self.keys)

    @cached_property
    def retained(self) -> Retained:
        """What there is of each kind of record, and since when."""
        return Retained(self.keys)

    @cached_property
    def messages(self) -> Messages:
        """Bytes from other systems."""
        return Messages(self.keys, self.home)

    @cached_property
    def settlements(self) -> Settlements:
        """What was done about messages that could not be read."""
        return Settlements(self.keys)

    @cached_property
    def receipts(self) -> Receipts:
        """Which messages listeners took."""
        return Receipts(self.keys)

    @cached_property
    def journals(self) -> Journals:
        """What listeners took and nobody has stored yet."""
        return Journals(self.keys, self.home, self.receipts)

    @cached_property
    def patients(self) -> Patients:
        """Who the patients are."""
        return Patients(self.keys)

    @cached_property
    def sameness(self) -> Sameness:
        """Which patients are one person."""
        return Sameness(self.keys)

    @cached_property
    def entries(self) -> Entries:
        """What was said about them."""
        return Entries(self.keys)

    def elsewhere(self, source: str) -> Elsewhere:
        """What one source has said so far, for messages that refer to it."""
        return Elsewhere(self.keys, source)

    @cached_property
    def confirmations(self) -> Confirmations:
        """What people said of what a machine read off an image."""
        return Confirmations(self.keys)

    @cached_property
    def hooks(self) -> Hooks:
        """Which cards EHRs were given, and what became of them."""
        return Hooks(self.keys)

    @cached_property
    def drills(self) -> Drills:
        """What people practise on, and what stands of their training."""
        return Drills(self.keys)

    @cached_property
    def voices(self) -> Voices:
        """What people say of the product."""
        return Voices(self.keys)

    @cached_property
    def rulings(self) -> Rulings:
        """What was settled where sources disagree."""
        return Rulings(self.keys)

    @cached_property
    def management(self) -> Management:
        """What was said of patients' care management."""
        return Management(self.keys)

    @cached_property
    def assignments(self) -> Assignments:
        """Whose scans are that name nobody for certain."""
        return Assignments(self.keys)

    @cached_property
    def pulls(self) -> Pulls:
        """How far other systems' servers have been read."""
        return Pulls(self.keys)

    @cached_property
    def proposals(self) -> Proposals:
        """What waits for a person, and what was decided."""
        return Proposals(self.keys)

    @cached_property
    def calls(self) -> Calls:
        """What is ticked and typed on the telephone."""
        return Calls(self.keys)

    @cached_property
    def questions(self) -> Questions:
        """What was asked of physicians."""
        return Questions(self.keys)

    @cached_property
    def observations(self) -> Observations:
        """Time studies: what observers tapped."""
        return Observations(self.keys)

    @cached_property
    def notices(self) -> Notices:
        """What people were told of waiting work."""
        return Notices(self.keys.organisation)

    @cached_property
    def turns(self) -> Turns:
        """Whose a waiting document is."""
        return Turns(self.keys)

    @cached_property
    def work_lists(self) -> WorkLists:
        """What waits, as lists show it."""
        return WorkLists(self.keys)

    @cached_property
    def unfinished(self) -> Unfinished:
        """What people have begun with what waits."""
        return Unfinished(self.keys)

    @cached_property
    def seconds(self) -> Seconds:
        """What is read a second time."""
        return Seconds(self.keys)

    @cached_property
    def parallels(self) -> Parallels:
        """Parallel runs, their cases, and which documents belong to them."""
        return Parallels(self.keys)

    @cached_property
    def pilots(self) -> Pilots:
        """Pilots, their cases, and what happened to them."""
        return Pilots(self.keys)

    @cached_property
    def chart(self) -> Charts:
        """What was signed and filed."""
        return Charts(self.keys)

    @cached_property
    def shelf(self) -> Shelf:
        """Charts as they are served."""
        return Shelf(self.keys)

    @cached_property
    def tasks(self) -> Tasks:
        """What became of signed activities."""
        return Tasks(self.keys)

    @cached_property
    def worked(self) -> Worked:
        """How long people worked."""
        return Worked(self.keys)

    @cached_property
    def approvals(self) -> Approvals:
        """Which texts licensed people approved."""
        return Approvals(self.keys)

    @cached_property
    def improvement(self) -> Improvement:
        """What was wrong with drafts."""
        return Improvement(self.keys)

    @cached_property
    def answers(self) -> Answers:
        """A language model's kept answers."""
        return Answers(self.keys)

    @cached_property
    def users(self) -> Users:
        """Who may sign in."""
        return Users(self.keys)

    @cached_property
    def factors(self) -> Factors:
        """What proves who they are beside a password."""
        return Factors(self.keys)

    @cached_property
    def sign_ins(self) -> SignIns:
        """Where they are signed in."""
        return SignIns(self.keys)

    @cached_property
    def sealed(self) -> Sealed:
        """What the keys have sealed."""
        return Sealed(self.keys, self.home)

    @cached_property
    def teams(self) -> Teams:
        """Who cares for whom."""
        return Teams(self.keys)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        return Audit(self.keys)

    @cached_property
    def tokens(self) -> Tokens:
        """What machines sign in with."""
        return Tokens(self.keys)

    @cached_property
    def comings(self) -> Comings:
        """How often somebody came in this minute."""
        return Comings(self.keys)

    @cached_property
    def work(self) -> Works:
        """What must be done in the background."""
        return Works(self.keys.organisation)

    @cached_property
    def sendings(self) -> Sendings:
        """What goes to patients."""
        return Sendings(self.keys)

    @cached_property
    def writings(self) -> Writings:
        """What goes into other systems' charts."""
        return Writings(self.keys)

    @cached_property
    def wishes(self) -> Wishes:
        """Who wishes not to be written to."""
        return Wishes(self.keys)

    @cached_property
    def pages(self) -> Pages:
        """What can't wait."""
        return Pages(self.keys)

    @cached_property
    def replies(self) -> Replies:
        """What patients wrote back."""
        return Replies(self.keys)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Whom we tell of what happened."""
        return Webhooks(self.keys)

    @cached_property
    def forms(self) -> Forms:
        """Which forms that count once were taken."""
        return Forms(self.keys)

    @cached_property
    def looks(self) -> Looks:
        """When each person last looked at each patient."""
        return Looks(self.keys)

    @cached_property
    def today(self) -> Today:
        """What came and what waits of many patients at once."""
        return Today(self.keys)

    @cached_property
    def standings(self) -> Standings:
        """The high findings of each patient's record, before anything is drafted."""
        return Standings(self.keys)
