"""What the site has read a second time, in words and as a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom import draft
from careloom.care.document import Tier
from careloom.care.second import Ground, Mode, Policy
from careloom.errors import InputError
from careloom.pipeline.readers import Lack, Lacks
from careloom.web.present.kinds import named
from careloom.web.present.words import count, listed, moment
from careloom.web.saying import later

ASKS: Mapping[Ground, str] = {
    Ground.SHARE: later("A random share of all decisions"),
    Ground.HIGH: later("Documents with a high finding"),
    Ground.NEW: later("The first documents of somebody new"),
}
MODES: Mapping[str, str] = {
    "": later("not asked"),
    Mode.AFTER: later("released as decided, read afterwards"),
    Mode.HOLD: later("held until the second reader agrees"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of the form: its value, its words, and whether it holds now."""

    value: str
    words: str
    on: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A ground of the form with its modes; `number` is the field beside it, "" for none, with its unit and what holds."""

    ground: str
    words: str
    modes: tuple[Choice, ...]
    number: str
    unit: str
    value: str


_OF_TIER: Mapping[Tier, str] = {
    Tier.NURSE: later("what a nurse signs"),
    Tier.PHYSICIAN: later("what a physician signs"),
}
# So many care teams are told one by one.
TEAMS = 20


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the policy in the history."""

    version: int
    at: str
    who: str
    words: str
    why: str
    seed: str


def in_words(policy: Policy) -> str:
    """A policy as one sentence."""
    said = []
    for ground, mode in policy.modes.items():
        what = {
            Ground.SHARE: gettext("a random {share} % of all decisions").format(share=f"{policy.share:g}"),
            Ground.HIGH: gettext("documents with a high finding"),
            Ground.NEW: gettext("the first {many} of each reviewer").format(
                many=count(policy.first, "document")
            ),
        }[ground]
        said.append(f"{what} ({MODES[mode]})")
    if not said:
        return gettext("Nothing is read a second time.")
    kinds = (
        gettext(", of the kinds {listed}").format(listed=listed([named(one).title for one in policy.kinds]))
        if policy.kinds
        else ""
    )
    words = gettext("{listed}{kinds}; each within {hours} working hours.").format(
        listed=listed(said), kinds=kinds, hours=f"{policy.hours:g}"
    )
    return f"{words[:1].upper()}{words[1:]}"


def form(policy: Policy) -> tuple[Asked, ...]:
    """The grounds as a form asks for them."""
    numbers = {
        Ground.SHARE: ("percent", "percent", f"{policy.share:g}"),
        Ground.NEW: ("documents", "documents", str(policy.first)),
    }
    return tuple(
        Asked(
            ground.value,
            words,
            tuple(
                Choice(value, said, policy.modes.get(ground, "") == value) for value, said in MODES.items()
            ),
            *numbers.get(ground, ("", "", "")),
        )
        for ground, words in ASKS.items()
    )


def kinds(policy: Policy) -> tuple[Choice, ...]:
    """The kinds of document that can be named, none for all."""
    return tuple(
        sorted(
            (Choice(one, named(one).title, one in policy.kinds) for one in draft.KINDS),
            key=lambda one: one.words,
        )
    )


def history(policies: Sequence[Policy], people: Mapping[str, str], now: datetime) -> tuple[Version, ...]:
    """Every version, the newest first."""
    return tuple(
        Version(
            one.version,
            moment(one.at, now),
            people.get(one.who, "somebody"),
            in_words(one),
            one.why,
            one.seed,
        )
        for one in policies
    )


def policy_of(given: Mapping[str, str], kinds_given: Sequence[str]) -> Policy:
    """The policy that a form says. Raises InputError naming the field that doesn't fit."""
    modes = {}
    for ground in Ground:
        word = given.get(ground.value, "")
        if word not in MODES:
            raise InputError(gettext("choose what happens"), where=ground.value)
        if word:
            modes[ground] = Mode(word)
    if unknown := set(kinds_given) - set(draft.KINDS):
        raise InputError(gettext("there is no kind {min}").format(min=min(unknown)[:40]), where="kinds")
    return Policy(
        share=_number(given, "percent"),
        first=int(_number(given, "documents")),
        hours=_number(given, "hours"),
        modes=modes,
        kinds=tuple(dict.fromkeys(kinds_given)),
        why=given.get("why", ""),
    )


def _number(given: Mapping[str, str], name: str) -> float:
    text = given.get(name, "").strip() or "0"
    try:
        found = float(text) if len(text) <= 9 else -1.0
    except ValueError:
        found = -1.0
    # NaN is no number of a policy, either.
    if not 0 <= found <= 1e6:
        raise InputError(gettext("a number is needed"), where=name)
    return found


def lacks(found: Lacks) -> tuple[str, ...]:
    """Where a held document would wait for ever, a sentence each; nothing where two people could sign everywhere."""
    told = [_lack(one) for one in found.of[:TEAMS]]
    if len(found.of) > TEAMS:
        told.append(gettext("And so in {n} more care teams.").format(n=len(found.of) - TEAMS))
    if found.nobody:
        told.insert(
            0,
            gettext("Waiting now, with nobody who may read it: {documents}.").format(
                documents=count(found.nobody, "document")
            ),
        )
    return tuple(told)


def _lack(one: Lack) -> str:
    who = listed(list(one.able)) if one.able else gettext("nobody")
    said = {"what": str(_OF_TIER[one.tier]), "who": who}
    if not one.patients:
        return gettext("On the whole site: {what} could be signed by {who}, and two are needed.").format(
            **said
        )
    team = listed(list(one.team)) if one.team else gettext("nobody who signs in any more")
    said |= {"team": team, "patients": count(one.patients, "patient")}
    return gettext(
        "Care team of {patients} ({team}): {what} could be signed by {who}, and two are needed."
    ).format(**said)
