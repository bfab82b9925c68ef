"""Stopping: the switch with which people stop a kind of document, a model or the whole site at once, and what it takes to start again.

Takes    a stop with its reason; two people of two roles who each say why it may start again
Gives    whether something is stopped, asked in the very transaction that drafts, signs, files or sends
Never    lets anything through where that can't be read, or lets one person or one role start what was stopped
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import structlog

from careloom.care.access import Permission, may
from careloom.care.document import Document, Reviewer, Severity
from careloom.care.stop import Agreed, Stop, Stopping, StopScope
from careloom.errors import CareloomError, InputError, NotApproved, Stopped
from careloom.llm import Opened
from careloom.llm.fingerprint import NAME
from careloom.pipeline.access import Access
from careloom.pipeline.safety_lead import SafetyNews
from careloom.review import tiers
from careloom.store.opening import Store

log = structlog.get_logger(__name__)
LONGEST = 500
# What people are told; pages translate it.
HELD = "this is stopped here; the page Safety says by whom and why"
UNREADABLE = "whether this is stopped can't be read: nothing is drafted, signed, filed or sent until it can"
BY_MODEL = "lines of it were written by a model that is stopped here; draft it anew and read it: templates word it then"
INSTEAD = "The model is stopped here: templates worded it."


def read(store: Store, *, held: bool = True) -> Stopping:
    """What is stopped now; everything, where that can't be read, which is logged. In a transaction it stays so until its end, but for who only tells it (`held` False)."""
    try:
        if held:
            store.stops.hold(shared=True)
        return store.stops.stopping()
    except Exception as fault:
        log.error("what is stopped could not be read", error_class=type(fault).__name__)
        return Stopping(unread=True)


def must_go(store: Store, kind: str) -> None:
    """Raises Stopped where nothing of this kind may be drafted, filed or sent, or that can't be read. In a transaction it stays so until its end."""
    found = read(store)
    if found.of_kind(kind):
        raise Stopped(UNREADABLE if found.unread else HELD)


def must_release(store: Store, document: Document) -> None:
    """The same for a document that is signed or filed: neither is one of which a stopped model wrote lines."""
    found = read(store)
    if found.of_kind(document.kind):
        raise Stopped(UNREADABLE if found.unread else HELD)
    if found.of_document(document):
        raise Stopped(BY_MODEL)


def instead(store: Store, opened: Opened) -> Opened:
    """The model that may write: none, with the reason, in place of one that is stopped."""
    model = opened.model
    if model is None or not read(store).of_model(model.name):
        return opened
    return Opened(None, INSTEAD)


@dataclass(frozen=True)
class StopSwitch:
    """The switch of one organisation; `here` is the time in the site's zone. `kinds` are what is drafted here, `models` names by which settings
    call a model, with the names that it writes under; `tell` tells the safety lead that something was stopped or started."""

    store: Store
    access: Access
    here: Callable[[], datetime]
    kinds: Collection[str]
    models: dict[str, str]
    tell: Callable[[SafetyNews], object] = lambda _: None

    def holding(self) -> tuple[Stop, ...]:
        """What is stopped now, the newest first; it is everybody's to know."""
        return self.store.stops.holding()

    def newest(self, actor: Reviewer) -> tuple[Stop, ...]:
        """The newest stops with what was said of each. Raises NotLicensed."""
        self.access.must(actor, Permission.REPORT)
        return self.store.stops.newest()

    def stop(self, actor: Reviewer | str, scope: str, name: str, why: str) -> str:
        """Stop something from this moment on; the stop's id. It takes no second person and no licence in force: to stop is safe.

        Raises NotLicensed for a role that may not, InputError without a reason or for what there isn't, NotApproved where it is stopped already.
        """
        who, role = self._who(actor)
        words = " ".join(why.split())[:LONGEST]
        if not words:
            raise InputError("say in a few words why", where="why")
        wanted, called = self._scope(scope, name.strip())
        with self.store.transaction():
            self.store.stops.hold()
            if any((one.scope, one.name) == (wanted, called) for one in self.store.stops.holding()):
                raise NotApproved("it is stopped already")
            made = self.store.stops.add(wanted, called, who=who, role=role, at=self.here(), why=words)
            self.store.audit.note(who, "stop", what=f"{wanted.value} {called}".strip(), why=words)
        self._told(made, "Something was stopped here: {what}.", f"{wanted.value} {called}".strip())
        return made

    def start(self, actor: Reviewer, stop: str, note: str) -> Stop:
        """Say that it may start again, with a note; with the second person of another role it does.

        Whoever calls has had her prove who she is. Raises NotLicensed for a role that may not or a licence that isn't in force, InputError
        without a note, NotApproved for whoever said so before, a role that did, or where it runs already.
        """
        self._who(actor)
        if may(actor.role, Permission.DECIDE):
            tiers.licensed(actor, self.here().date())
        words = " ".join(note.split())[:LONGEST]
        if not words:
            raise InputError("say why it may start again", where="note")
        with self.store.transaction():
            self.store.stops.hold()
            found = self.store.stops.get(stop)
            if found.over is not None:
                raise NotApproved("it runs again already")
            if any(one.who == actor.user for one in found.agreed):
                raise NotApproved("you said so already; it takes somebody else, of another role")
            said = Agreed(who=actor.user, role=actor.role, at=self.here(), note=words)
            self.store.stops.agree(stop, said)
            starts = any(one.role != actor.role for one in found.agreed)
            if starts:
                self.store.stops.start(stop, said)
            self.store.audit.note(
                actor.user, "start again" if starts else "agree to start", what=stop, why=words
            )
        if starts:
            self._told(
                stop, "What was stopped here runs again: {what}.", f"{found.scope.value} {found.name}".strip()
            )
        return self.store.stops.get(stop)

    def _scope(self, scope: str, name: str) -> tuple[StopScope, str]:
        if scope not in set(StopScope):
            raise InputError("choose what is stopped", where="scope")
        wanted = StopScope(scope)
        if wanted is StopScope.SITE:
            return wanted, ""
        if wanted is StopScope.KIND and name not in self.kinds:
            raise InputError("there is no such kind of document", where="name")
        return wanted, self.models.get(name, name)[:200] if wanted is StopScope.MODEL else name

    def _who(self, actor: Reviewer | str) -> tuple[str, str]:
        """Who stops; the operator, who sits at the machine itself, may."""
        if isinstance(actor, str):
            return actor, "operator"
        self.access.must(actor, Permission.STOP)
        return actor.user, actor.role

    def _told(self, stop: str, words: str, what: str) -> None:
        """What is stopped is stopped, whether anybody can be told or not."""
        news = SafetyNews(
            cause=f"stop:{stop}",
            evidence=words.partition(":")[0],
            words=words,
            values={"what": what},
            severity=Severity.HIGH,
            link="/safety/stops",
        )
        try:
            self.tell(news)
        except CareloomError as fault:
            log.error("the safety lead could not be told", error_class=type(fault).__name__)


def names_of(setting: str, endpoint: str) -> dict[str, str]:
    """The names by which a site's settings call models, each with the name that it writes under."""
    found = {"embedded": NAME, "openai": endpoint}
    return {name: wrote for name, wrote in ({setting: found.get(setting, setting)} | found).items() if wrote}
