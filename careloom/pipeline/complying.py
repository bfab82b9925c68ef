"""Complying: a compliance pack gathered from the running system, kept with its hash, compared with the one before; answers; legal holds.

Takes    who asks for it, what people answered, holds that somebody places or lifts
Gives    a pack, as JSON, HTML and PDF; what changed since the last one; the holds in force
Never    lets a verdict be typed, holds a name or value of a patient in a pack, or deletes anything
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from careloom import __version__, comply, draft
from careloom.care.access import Permission
from careloom.care.compliance import Answer, Evidence, Hold, KeptPack, Pack, Part, Said
from careloom.care.document import Reviewer
from careloom.care.entry import Entry
from careloom.care.system import SourceSystem
from careloom.comply import bill, inputs
from careloom.comply.judging import Known, Rule, judged, part_of, ruled
from careloom.draft.earned import Table
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.pipeline.access import Access
from careloom.pipeline.deidentifying import Residual
from careloom.pipeline.equity import Equity, model_is_revised
from careloom.pipeline.evidence import (
    cards,
    changing,
    drafts,
    groups,
    keeping,
    learned,
    made,
    models,
    people,
    pictures,
    probing,
    release,
    safekeeping,
    texts,
    watched,
    worksheet,
)
from careloom.pipeline.evidence.looked import Cards, Site, no_cards
from careloom.pipeline.shown import Printer
from careloom.pipeline.training import Training
from careloom.settings import Settings
from careloom.store.opening import Store

Step = Callable[[str, int, int], None]
Shown = tuple[worksheet.Example, ...]
Hooked = tuple[cards.Tried, ...]
OPERATOR, WORKSHEET = "operator", "fda"
WORDS = 2_000
# In the order in which the pack has them; each is a file of rules, and a place that puts it together below.
PARTS = (
    "model_cards",
    "change_plan",
    "watched",
    "hipaa",
    "safe_harbor",
    "part2",
    "fairness",
    "ab3030",
    "retention",
    "eu_ai",
    "materials",
)


@dataclass(frozen=True)
class Complying:
    """The compliance packs of one site; `here` is the time in its zone."""

    settings: Settings
    store: Store
    knowledge: Knowledge
    access: Access
    training: Training
    systems: Callable[[], Mapping[str, SourceSystem]]
    tables: Callable[[], tuple[Table, ...]]
    here: Callable[[], datetime]
    entries: Callable[[str, date], Sequence[Entry]]
    printer: Printer | None = None
    cards: Cards = no_cards
    samples: Callable[[], Sequence[Residual]] = tuple

    # ── packs ───────────────────────────────────────────────────────────────────────────────────

    def make(self, actor: Reviewer | str, step: Step = lambda _said, _done, _of: None) -> Pack:
        """Gather the evidence, judge every requirement, and keep the pack. `step` hears which part is done. Raises NotLicensed."""
        self._must(actor)
        site = self._site()
        tables, shown, fared = self.tables(), worksheet.examples(site), groups.looked(site)
        worded, hooked = groups.looked(site, model_is_revised), cards.tried(site)
        facts: dict[str, Evidence] = {}
        gatherers: tuple[Callable[[Site], Iterator[Evidence]], ...] = (
            people.of_people,
            safekeeping.of_keys,
            safekeeping.of_audit,
            safekeeping.of_backups,
            safekeeping.of_networks,
            drafts.of_drafts,
            keeping.of_retention,
            keeping.of_programmes,
            probing.of_programmes,
            texts.of_messages,
            texts.of_identifiers,
            texts.of_samples,
            made.of_inputs,
            made.of_materials,
            watched.of_watching,
            lambda site: groups.of_groups(site, fared, worded),
            lambda site: cards.of_cards(site, hooked),
            lambda site: changing.of_changes(site, tables),
            lambda site: models.of_models(site, tables),
            lambda site: worksheet.of_criteria(site, shown),
        )
        of = len(gatherers) + len(PARTS) + 1
        for done, gather in enumerate(gatherers):
            step("looking at the running system", done, of)
            facts |= {one.name: one for one in gather(site)}
        known = Known(facts, self.store.compliance.answers(), release.tests(), site.at)
        parts = []
        for done, part in enumerate(
            self._parts(site, known, tables, (shown, fared, worded, hooked)), start=len(gatherers)
        ):
            parts.append(part)
            step(part.title, done + 1, of)
        pack = Pack(
            self.store.compliance.new_id(),
            site.at,
            _name(actor, self.store),
            self.settings.organisation,
            __version__,
            self.settings.demo,
            tuple(parts),
        )
        told = comply.as_json(pack)
        with self.store.transaction():
            self.store.compliance.keep(pack.id, told, comply.digest(told), who=_id(actor), made=pack.made)
            self.store.audit.note(_id(actor), "make compliance pack", what=pack.id)
        return pack

    def _parts(
        self, site: Site, known: Known, tables: tuple[Table, ...], seen: tuple[Shown, Equity, Equity, Hooked]
    ) -> Iterator[Part]:
        shown, fared, worded, hooked = seen
        grids = (*models.cards(tables), groups.of_models(worded), *learned.adapter(site))
        yield part_of("model_cards", known, grids=grids)
        yield Part(
            WORKSHEET,
            "FDA: the four criteria of decision support that is no device",
            "FD&C Act 520(o)(1)(E) (21 U.S.C. 360j(o)(1)(E), 2016); FDA, Clinical Decision Support Software, guidance of January 2026 (issued on the 6th, again on "
            "the 29th), which takes the place of that of 28 September 2022",
            (
                "A worksheet: what the running system shows of each criterion. Whether a function is a device counsel says. Screens below were drafted about "
                "an invented person when the pack was made.",
                "Each screen is the text of the draft, each line with what stands beside it as its basis, and the page as it is printed. The review page in a browser isn't "
                "pictured: it needs a browser, and a picture from elsewhere would be of another system at another time. To see it here: page /queue, any draft of the kind, "
                "any line; what it rests on stands beside the line.",
            ),
            tuple(judged(one, known) for one in worksheet.rules(shown)),
            (),
            (*cards.screens(hooked), *pictures.pictured(site, shown, self.printer)),
        )
        yield part_of("change_plan", known, grids=changing.plans(site))
        yield part_of("watched", known, grids=watched.watching(site))
        yield part_of("hipaa", known)
        yield part_of("safe_harbor", known)
        yield part_of("part2", known, grids=keeping.programmes(site))
        yield part_of("fairness", known, grids=(inputs.inventory(), groups.groups(fared)))
        yield part_of("ab3030", known, grids=texts.messages())
        yield part_of("retention", known, grids=keeping.schedule(site))
        yield part_of("eu_ai", known)
        yield part_of("materials", known, grids=made.materials(site))

    def _site(self) -> Site:
        return Site(
            self.settings,
            self.store,
            self.knowledge,
            self.systems(),
            self.store.users.all(),
            self.training.standings(OPERATOR),
            self.here(),
            self.entries,
            self.cards,
            self.samples,
        )

    def packs(self, actor: Reviewer | str) -> tuple[KeptPack, ...]:
        """The packs that were made, the newest first. Raises NotLicensed."""
        self._must(actor)
        return self.store.compliance.packs()

    def get(self, actor: Reviewer | str, pack: str) -> tuple[Pack, bytes]:
        """A pack and its JSON, as it was kept. Raises NotLicensed, and InputError for an unknown one."""
        self._must(actor)
        told = self.store.compliance.get(pack)
        self.store.audit.note(_id(actor), "read", what="compliance pack")
        return comply.read(told), told

    def materials(self, pack: Pack) -> dict[str, object]:
        """The bill of materials of what is installed now, as CycloneDX 1.6."""
        return bill.as_cyclonedx(made.components(), pack.id, pack.made, pack.release, pack.organisation)

    def since(self, actor: Reviewer | str, pack: str) -> tuple[KeptPack | None, tuple[comply.Change, ...]]:
        """The pack made before this one, and what changed since; None where there is none."""
        packs = self.packs(actor)
        at = next((place for place, one in enumerate(packs) if one.id == pack), None)
        if at is None or at + 1 >= len(packs):
            return None, ()
        before = packs[at + 1]
        old, new = (comply.read(self.store.compliance.get(one)) for one in (before.id, pack))
        return before, comply.changed(old, new)

    # ── what a person says ──────────────────────────────────────────────────────────────────────

    def say(self, actor: Reviewer | str, key: str, answer: str, words: str) -> Answer:
        """Note what a person says of a requirement that asks one. Raises NotLicensed, and InputError naming the field that does not fit."""
        self._must(actor)
        if key not in self.questions():
            raise InputError("there is no such question; careloom comply say lists them", where="key")
        if answer not in get_args(Said):
            raise InputError("is one of yes, no, not_applicable", where="answer")
        if len(words.split()) < 2:
            raise InputError("say in some words on what that rests: a document, a name, a day", where="words")
        if len(words) > WORDS:
            raise InputError(f"is longer than {WORDS} characters", where="words")
        said: Said = "yes" if answer == "yes" else "no" if answer == "no" else "not_applicable"
        made = Answer(key, said, _name(actor, self.store), self.here(), words.strip())
        with self.store.transaction():
            self.store.compliance.say(key, said, made.words, who=made.who, at=made.at)
            self.store.audit.note(_id(actor), "answer for compliance", what=key)
        return made

    def questions(self) -> dict[str, Rule]:
        """By key the rules of which a person is asked something."""
        rules = [one for part in PARTS for one in ruled(part).rules]
        rules += worksheet.rules(
            tuple(worksheet.Example(one.kind(), None, None) for one in draft.KINDS.values())
        )
        return {one.key: one for one in rules if one.question}

    # ── legal holds ─────────────────────────────────────────────────────────────────────────────

    def holds(self, actor: Reviewer | str) -> tuple[Hold, ...]:
        """Every legal hold, the newest first. Raises NotLicensed."""
        self._must(actor)
        return self.store.holds.all()

    def hold(self, actor: Reviewer | str, patient: str, why: str) -> str:
        """Place a hold on a patient's records, or on everybody's (""); its id. Raises NotLicensed, InputError."""
        self._must(actor)
        if len(why.split()) < 2:
            raise InputError("say why, in some words", where="why")
        found = self.store.patients.find(patient) if patient else ""
        with self.store.transaction():
            made = self.store.holds.place(
                found, who=_name(actor, self.store), why=why.strip()[:WORDS], at=self.here()
            )
            self.store.audit.note(_id(actor), "place legal hold", patient=found or None, what=made)
        return made

    def lift(self, actor: Reviewer | str, hold: str, why: str) -> None:
        """End a hold. Raises NotLicensed, InputError, and StaleRecord where it was lifted already."""
        self._must(actor)
        if len(why.split()) < 2:
            raise InputError("say why, in some words", where="why")
        with self.store.transaction():
            self.store.holds.lift(hold, who=_name(actor, self.store), why=why.strip()[:WORDS], at=self.here())
            self.store.audit.note(_id(actor), "lift legal hold", what=hold)

    def _must(self, actor: Reviewer | str) -> None:
        if not isinstance(actor, str):
            self.access.must(actor, Permission.COMPLY)


def _id(actor: Reviewer | str) -> str:
    return actor if isinstance(actor, str) else actor.user


def _name(actor: Reviewer | str, store: Store) -> str:
    """Her user name, as the pack tells it; a part of ours by its own word."""
    if isinstance(actor, str):
        return next((one.username for one in store.users.accounts() if one.id == actor), actor)
    return next((one.username for one in store.users.accounts() if one.id == actor.user), actor.user)
