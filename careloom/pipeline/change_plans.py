"""Change plans: which kinds of documents and tasks a change is about, its task in its own words, and whether its plan lacks something."""

from dataclasses import replace

import orjson

from careloom import draft
from careloom.care.change import BY_ITSELF, BY_NAME, OF_SITE, ChangeKind, ChangePlan, Criteria, Stage
from careloom.draft.kind import Task
from careloom.errors import InputError


def kinds_of(plan: ChangePlan) -> tuple[str, ...]:
    """The kinds of documents that a change is about: that of its task, or all with a task; of a site's files and thresholds, and of an upgrade, all."""
    if plan.kind in OF_SITE | BY_ITSELF:
        return tuple(draft.KINDS)
    if plan.kind not in BY_NAME:
        return (plan.candidate["kind"],)
    return tuple(name for name in draft.KINDS if draft.kind_of(name).tasks)


def replaces(new: ChangePlan, old: ChangePlan) -> bool:
    """Whether a change that is released takes the place of one before."""
    if OF_SITE & {new.kind, old.kind}:
        return new.kind is old.kind
    return set(kinds_of(old)) <= set(kinds_of(new))


def asked_of(plan: ChangePlan) -> dict[str, tuple[str, Task]]:
    """Every task ("care_plan join") as the candidate is asked it, with its kind."""
    found = {
        f"{kind} {name}": (kind, task)
        for kind in kinds_of(plan)
        for name, task in draft.kind_of(kind).tasks.items()
    }
    if plan.kind not in BY_NAME:
        (kind, name), task = task_of(plan)
        return {f"{kind} {name}": (kind, task)}
    return found


def task_of(plan: ChangePlan) -> tuple[tuple[str, str], Task]:
    """A candidate's task: kind and name, and its words. Raises InputError where they are none."""
    said = plan.candidate
    known = draft.kind_of(said["kind"]).tasks.get(said["task"])
    if known is None:
        raise InputError("there is no such task of this kind", where="task")
    try:
        told = orjson.loads(said["content"])
        shots = tuple((str(asked), str(answer)) for asked, answer in told["shots"])
        rules, version = str(told["rules"]), str(told["version"])
    except (ValueError, KeyError, TypeError):
        raise InputError(
            'is JSON: {"version", "rules", "shots": [[asked, said], …]}', where="content"
        ) from None
    if version in known.history or version == known.version:
        raise InputError("this version has its words already: give it another number", where="version")
    return (said["kind"], said["task"]), replace(known, rules=rules, shots=shots, version=version)


def must_be_whole(plan: ChangePlan) -> None:
    """Raises InputError, naming the field, for a plan that lacks something."""
    for name in ("title", "description", "why", "impact"):
        if not getattr(plan, name).strip():
            raise InputError("fill this in", where=name)
    if plan.kind in BY_ITSELF:
        raise InputError("this is written down by itself", where="kind")
    if plan.kind in OF_SITE:
        if not plan.candidate.get("from"):
            raise InputError("is proposed from what this machine has", where="kind")
    elif plan.kind in BY_NAME:
        if not plan.candidate.get("model"):
            raise InputError("name the model", where="model")
    else:
        digest = task_of(plan)[1].asked
        if plan.sha256 != digest:
            raise InputError("is not the hash of the words", where="sha256")
    if plan.kind is ChangeKind.MAPPINGS and len(plan.criteria.stages) > 1:
        raise InputError(
            "a mapping reads each message once, for everybody: give it one stage of 100", where="stages"
        )
    earns = plan.kind not in OF_SITE
    if earns and (not plan.criteria.earned or not set(plan.criteria.earned) <= set(asked_of(plan))):
        raise InputError(f"choose among {', '.join(asked_of(plan))}", where="earned")
    _must_be_bounds(plan.criteria)


def _grows(one: Stage, following: Stage) -> bool:
    """Whether a stage has all patients of the one before, and more."""
    within = not following.clinics or (one.clinics and set(one.clinics) <= set(following.clinics))
    more = (one.share, set(one.clinics)) != (following.share, set(following.clinics))
    return bool(within and more and one.share <= following.share)


def _must_be_bounds(said: Criteria) -> None:
    stages = said.stages
    if (
        not stages
        or (stages[-1].share, stages[-1].clinics) != (100, ())
        or stages[0].share < 1
        or not all(map(_grows, stages, stages[1:]))
    ):
        raise InputError("stages grow, and the last has everybody (100) everywhere", where="stages")
    if any(one.days < 0 for one in said.stages):
        raise InputError("a stage is watched for whole days", where="stages")
    if (
        said.shadow_fewest < 1
        or said.group_fewest < 1
        or not 0 <= said.worse_most < 1
        or not 0 <= said.group_most <= 1
    ):
        raise InputError("shares lie between 0 and 1, numbers are at least 1", where="shadow")
    for name in ("returned", "failed"):
        good, bad = getattr(said, name)
        if not 0 < good < bad < 1:
            raise InputError(
                "the expected share is more than 0 and less than the one that rolls it back", where=name
            )
