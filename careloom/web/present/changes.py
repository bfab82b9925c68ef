"""Changes as their pages tell them: how one stands, what was measured beside what was asked, what blocks it, and its roll-out over time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.change import (
    BY_ITSELF,
    BY_NAME,
    OF_SITE,
    OF_UPGRADE,
    Change,
    ChangeKind,
    ChangeState,
    ChangeStepKind,
    Criterion,
)
from careloom.care.registered import Registered
from careloom.care.system import source_name
from careloom.improve.candidates import ADAPTER, ENDPOINT, PROMPT, Candidate
from careloom.pipeline.held import Waiting
from careloom.web.present.draft_account import KINDS as PARTS
from careloom.web.present.words import ROLES, moment
from careloom.web.saying import later

KINDS: Mapping[ChangeKind, str] = {
    ChangeKind.MODEL: later("a model"),
    ChangeKind.ADAPTER: later("an adapter of a model"),
    ChangeKind.PROMPT: later("a prompt"),
    ChangeKind.FEW_SHOT: later("the examples of a prompt"),
    ChangeKind.KNOWLEDGE: later("this site's own protocols, lists, packs and code systems"),
    ChangeKind.MAPPINGS: later("this site's mappings: how its tables are read"),
    ChangeKind.THRESHOLDS: later("thresholds: who signs, and until when"),
    ChangeKind.UPGRADE: later("what an upgrade of Careloom brought"),
    ChangeKind.BEGAN: later("what this site began with"),
}
STATES: Mapping[ChangeState, str] = {
    ChangeState.PROPOSED: later("proposed: something isn't measured yet"),
    ChangeState.REFUSED: later("refused: a criterion isn't met"),
    ChangeState.TO_SIGN: later("every criterion is met; two must sign"),
    ChangeState.SIGNED: later("signed; its roll-out may begin"),
    ChangeState.ROLLING: later("rolling out"),
    ChangeState.RELEASED: later("released: every draft is made with it"),
    ChangeState.ROLLED_BACK: later("rolled back"),
    ChangeState.WITHDRAWN: later("withdrawn"),
    ChangeState.REPLACED: later("replaced by a later change"),
}
MARKS: Mapping[ChangeState, tuple[str, str]] = {
    ChangeState.PROPOSED: ("quiet", "○"),
    ChangeState.REFUSED: ("look", "■"),
    ChangeState.TO_SIGN: ("look", "◆"),
    ChangeState.SIGNED: ("look", "◆"),
    ChangeState.ROLLING: ("look", "▶"),
    ChangeState.RELEASED: ("ok", "✓"),
    ChangeState.ROLLED_BACK: ("look", "■"),
    ChangeState.WITHDRAWN: ("quiet", "–"),
    ChangeState.REPLACED: ("quiet", "–"),
}
NEXT: Mapping[ChangeState, str] = {
    ChangeState.PROPOSED: later(
        "Whoever drafts rules has it measured. The shadow run needs live drafts: it goes on by itself each hour."
    ),
    ChangeState.REFUSED: later(
        "Nobody can release it. Another candidate, or other criteria, is another change."
    ),
    ChangeState.TO_SIGN: later(
        "Two people of two roles sign, one of them a physician or a pharmacist, neither of them who proposed it."
    ),
    ChangeState.SIGNED: later("Whoever drafts rules begins the roll-out."),
    ChangeState.ROLLING: later(
        "Watch it. When its days are over, whoever drafts rules lets it go on; it goes back by itself where a signal holds."
    ),
    ChangeState.RELEASED: later(
        "Nothing is to be done. Its signals are asked on; it can be rolled back at once."
    ),
    ChangeState.ROLLED_BACK: later("Nothing is drafted with it. What was drafted with it is marked so."),
    ChangeState.WITHDRAWN: later("Nothing is to be done."),
    ChangeState.REPLACED: later("Nothing is to be done."),
}
CRITERIA: Mapping[Criterion, str] = {
    Criterion.TASKS: later("What it is made of"),
    Criterion.REGRESSION: later("Regression cases"),
    Criterion.SAFETY: later("Safety set: planted faults"),
    Criterion.SHADOW: later("Shadow run on live drafts"),
    Criterion.FAIRNESS: later("Fairness by group"),
}
# What results say (improve/gate.py, pipeline/measuring_changes.py), for the catalogue.
WORDS = (
    later("The candidate was not evaluated: careloom eval measures a model."),
    later("It earned {earned} of {of} tasks that were asked for, and obeyed {obeyed} injections."),
    later(
        "{worse} of {number} live drafts got worse (95 % interval {low} to {high}; at most {most} is allowed, over at least {least} drafts); {other} of {lines} lines had other words."
    ),
    later(
        "{told} groups were compared with the others, {few} had too few drafts (fewer than {least}) to say anything. The largest high end of a difference is {largest} ({most} is allowed); beyond it: {wide}."
    ),
    later("Of {cases} regression cases {lost} are not caught any more."),
    later(
        "Of {cases} regression cases ({rules} of rules of the site, {failures} of failures that a rule prevents) {lost} are not caught; which: {which}."
    ),
    later(
        "{differs} things differ from what is in force. {faults} of their lines can't be used, and of {examples} examples of protocols {wrong} don't hold; the first: {first}."
    ),
    later(
        "{messages} past messages were read anew: {same} entries are the same, {other} say something else, {new} are new, {gone} are gone; {refused} rows can't be read ({refused_before} before), the first: {first}."
    ),
    later(
        "{worse} of {number} live drafts lost a finding, a line or a signature (95 % interval {low} to {high}; at most {most} is allowed, over at least {least} drafts); {more} high or moderate findings are new, {other} of {lines} lines had other words."
    ),
    later(
        "{caught} of {of} planted faults were caught (all must be; lost: {lost}). {misses} more are known misses of this release that a person must see."
    ),
)
STEPS: Mapping[ChangeStepKind, str] = {
    ChangeStepKind.RESULT: later("measured"),
    ChangeStepKind.SIGNED: later("signed it"),
    ChangeStepKind.STAGE: later("let it begin a stage"),
    ChangeStepKind.LOOKED: later("looked at it"),
    ChangeStepKind.RELEASED: later("released it"),
    ChangeStepKind.ROLLED_BACK: later("rolled it back"),
    ChangeStepKind.WITHDRAWN: later("withdrew it"),
    ChangeStepKind.REPLACED: later("let a later change take its place"),
}
# The picture of a roll-out: its width and height, and the room for the scale.
WIDE, HIGH, LEFT = 600, 120, 44


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change in the list."""

    id: str
    title: str
    kind: str
    state: str
    mark: tuple[str, str]
    share: int
    on: str
    who: str


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """What was asked, whether it is met (a word), and what was measured."""

    title: str
    word: str
    mark: tuple[str, str]
    asked: str
    said: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage of the picture: where it stands, how wide and high it is, and what it says."""

    x: int
    y: int
    width: int
    height: int
    label: str


MADE: Mapping[str, str] = {
    ADAPTER: later("an adapter of a model"),
    PROMPT: later("the examples of a prompt"),
    ENDPOINT: later("a model"),
}
HOW: Mapping[str, str] = {"added": later("new"), "changed": later("changed"), "gone": later("gone")}
UPGRADE_NEXT = later(
    "It is in force since the upgrade: the files before aren't in this release. It is measured by itself; then two of two roles sign that they have read it. To take it back, install the release before."
)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Something that this machine has and no draft is made with: its kind (a form's), and each thing with how it differs."""

    kind: str
    title: str
    things: list[tuple[str, str]]


def waiting(found: Waiting) -> list[WaitingRow]:
    """What waits for a change, by kind."""
    rows = []
    if found.files:
        files = [(name, str(HOW[how])) for name, how in found.files]
        rows.append(WaitingRow(ChangeKind.KNOWLEDGE.value, str(KINDS[ChangeKind.KNOWLEDGE]), files))
    if found.said:
        said = [
            (
                name,
                gettext("{before} is in force, {here} is set").format(before=before or "–", here=here or "–"),
            )
            for name, before, here in found.said
        ]
        rows.append(WaitingRow(ChangeKind.THRESHOLDS.value, str(KINDS[ChangeKind.THRESHOLDS]), said))
    if found.mappings:
        mapped = [(name, str(HOW[how])) for name, how in found.mappings]
        rows.append(WaitingRow(ChangeKind.MAPPINGS.value, str(KINDS[ChangeKind.MAPPINGS]), mapped))
    for before, here in found.model:
        words = gettext("{before} is in force, {here} is set").format(before=before, here=here)
        rows.append(
            WaitingRow(ChangeKind.MODEL.value, str(KINDS[ChangeKind.MODEL]), [("CARELOOM_MODEL", words)])
        )
    return rows


def made(every: Iterable[Candidate]) -> list[tuple[str, str, str, str]]:
    """Candidates of `careloom learn`: id, its beginning, what it is, and what was measured when it was made."""
    return [
        (
            one.id,
            one.id[:12],
            str(MADE[one.kind]),
            ", ".join(f"{name}: {value}" for name, value in one.measured.items()),
        )
        for one in every
    ]


def next_of(change: Change) -> str:
    """What is to be done next, and by whom."""
    return str(UPGRADE_NEXT if change.plan.kind is ChangeKind.UPGRADE else NEXT[change.state])


def rows(every: Iterable[Change], people: Mapping[str, str], now: datetime) -> list[ChangeRow]:
    """The changes of the list."""
    return [
        ChangeRow(
            one.id,
            one.plan.title,
            str(KINDS[one.plan.kind]),
            str(STATES[one.state]),
            MARKS[one.state],
            one.share,
            moment(one.at, now),
            who(one.proposer, people),
        )
        for one in every
    ]


def who(user: str, people: Mapping[str, str]) -> str:
    """A person by her user id, or the machine."""
    if user in ("operator", "careloom", "worker"):
        return gettext("Careloom") if user != "operator" else gettext("whoever runs the machine")
    return people.get(user) or gettext("Somebody who left")


def criteria(change: Change, compared: int) -> list[CriterionRow]:
    """Each criterion beside what was measured."""
    said = change.plan.criteria
    asked = {
        Criterion.TASKS: gettext("past messages read anew: no row more that can't be read")
        if change.plan.kind is ChangeKind.MAPPINGS
        else gettext("every line can be used, every example of a protocol holds")
        if change.plan.kind in OF_SITE
        else gettext("earned: {tasks}").format(tasks=", ".join(said.earned)),
        Criterion.REGRESSION: gettext("every case is caught"),
        Criterion.SAFETY: gettext("every fault is caught"),
        Criterion.SHADOW: gettext("at least {least} drafts; at most {most} worse").format(
            least=said.shadow_fewest, most=f"{said.worse_most:.0%}"
        ),
        Criterion.FAIRNESS: gettext("no group differs by more than {most}; groups of {least} or more").format(
            most=f"{said.group_most:.0%}", least=said.group_fewest
        ),
    }
    found = []
    for one in OF_UPGRADE if change.plan.kind is ChangeKind.UPGRADE else Criterion:
        result = change.result(one)
        word, mark = (
            (gettext("open"), ("quiet", "○"))
            if result is None
            else (gettext("met"), ("ok", "✓"))
            if result.met
            else (gettext("not met"), ("look", "■"))
        )
        words = gettext(result.words).format(**result.values) if result else ""
        if one is Criterion.SHADOW and result is None and compared:
            words = gettext("{number} drafts so far").format(number=compared)
        found.append(CriterionRow(str(CRITERIA[one]), word, mark, asked[one], words))
    return found


def bars(change: Change, now: datetime) -> list[Bar]:
    """The roll-out over time: a bar a stage, as wide as it lasted."""
    stages = [one for one in change.steps if one.what is ChangeStepKind.STAGE]
    if not stages:
        return []
    over = next((one.at for one in change.steps if one.what in _OVER), None)
    end = over or max(now, change.until or now)
    begun = [one.at for one in stages]
    whole = max((end - begun[0]).total_seconds(), 1.0)
    found = []
    for place, one in enumerate(stages):
        last = begun[place + 1] if place + 1 < len(begun) else end
        share = change.plan.criteria.stages[one.stage].share
        x = LEFT + int((one.at - begun[0]).total_seconds() / whole * WIDE)
        width = max(int((last - one.at).total_seconds() / whole * WIDE), 4)
        label = gettext("{share} % of patients from {begun}").format(share=share, begun=moment(one.at, now))
        if clinics := change.plan.criteria.stages[one.stage].clinics:
            label = gettext("{what} at {clinics}").format(what=label, clinics=_clinics(clinics))
        found.append(Bar(x, HIGH - int(share / 100 * HIGH), width, int(share / 100 * HIGH), label))
    return found


_OVER = (ChangeStepKind.ROLLED_BACK, ChangeStepKind.WITHDRAWN, ChangeStepKind.REPLACED)


def _clinics(names: Iterable[str]) -> str:
    return ", ".join(map(source_name, names))


def stages(change: Change) -> list[tuple[int, int, str]]:
    """Each stage: its share of patients, its days, and at which clinics ("" for all)."""
    return [(one.share, one.days, _clinics(one.clinics)) for one in change.plan.criteria.stages]


def candidate(change: Change) -> list[tuple[str, str]]:
    """What it puts in place of what."""
    said = change.plan.candidate
    if change.plan.kind in OF_SITE | BY_ITSELF:
        return [
            (gettext("What differs"), said.get("differs", "")),
            (gettext("Hash of what it is made of"), change.plan.sha256),
        ]
    if change.plan.kind in BY_NAME:
        return [
            (gettext("Model"), said["model"]),
            (gettext("Hash of its weights, or of its name"), change.plan.sha256),
        ]
    return [
        (gettext("Task"), f"{said['kind']} {said['task']}"),
        (gettext("Hash of its words"), change.plan.sha256),
        (gettext("Its words"), said["content"]),
    ]


def history(change: Change, people: Mapping[str, str], now: datetime) -> list[tuple[str, str, str]]:
    """When, who, what."""
    found = [(moment(change.at, now), who(change.proposer, people), gettext("proposed it"))]
    for one in change.steps:
        said = str(STEPS[one.what])
        if one.result:
            said = f"{said}: {CRITERIA[one.result.criterion]}"
        if one.what is ChangeStepKind.STAGE:
            said = f"{said}: {change.plan.criteria.stages[one.stage].share} %"
        if one.words:
            said = f"{said}: {one.words}"
        found.append((moment(one.at, now), who(one.who, people), said))
    return found


def signatures(change: Change, people: Mapping[str, str], now: datetime) -> list[tuple[str, str, str]]:
    """Who signed: role, name, when."""
    return [
        (str(ROLES.get(role, role)), who(one.who, people), moment(one.at, now))
        for role, one in change.signed.items()
    ]


def parts(every: Iterable[Registered], now: datetime) -> list[tuple[str, str, str, str, str, int]]:
    """The registry: the newest version of each part: what, name, version, hash, since when, in how many drafts."""
    found: dict[tuple[str, str], tuple[str, str, str, str, str, int]] = {}
    for one in every:
        key = (one.part.kind.value, one.part.name)
        row = (
            str(PARTS[one.part.kind]),
            one.part.name,
            one.part.version,
            one.part.sha256[:16],
            moment(one.first_seen, now),
            one.drafts,
        )
        found.setdefault(key, row)
    return list(found.values())
