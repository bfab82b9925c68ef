"""The problem list, and the expected outcome: what is active and since when, what is over, what sources dispute."""

from collections.abc import Iterable, Iterator, Sequence

from careloom.care.document import Activity, Statement
from careloom.care.entry import Entry
from careloom.care.record import Problem
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.naming import closed, named, tells
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, capital, day, fits, happened, listed, value, with_article
from careloom.text.naming import inside
from careloom.text.plural import is_plural

_TOGETHER = 4
_PAST_SHOWN = 4
_GUESSED = ("unconfirmed", "provisional", "differential")
_ONE = {"has": "has", "was": "was", "is_": "is"}
_MANY = {"has": "have", "was": "were", "is_": "are"}
_PROGNOSIS = frozenset({"75328-5", "20481000", "170967006", "67334001", "170968001", "65872000"})


# Where nothing else is known, these stand before other chronic problems: they end lives or independence.
SERIOUS = (
    "heart_failure", "coronary_artery_disease", "cancer", "chronic_kidney_disease", "end_stage_kidney_disease",
    "dialysis", "diabetes", "copd", "dementia", "stroke", "prior_stroke", "atrial_fibrillation", "cirrhosis",
    "opioid_use_disorder", "limited_life_expectancy", "hiv", "sickle_cell_disease", "epilepsy", "kidney_transplant",
)  # fmt: skip


def problem_list(pen: Pen) -> Iterator[Statement]:
    """Every active problem, the doubtful ones, and the last ones that are over."""
    yield from rows([one for one in pen.record.problems if one.status == "active" and not one.doubtful], pen)
    doubtful = [one for one in pen.record.problems if one.status == "active" and one.doubtful]
    yield from _doubtful(doubtful, pen)
    yield from _resolved([one for one in pen.record.problems if one.status == "resolved"], pen)


def rows(problems: Iterable[Problem], pen: Pen, *, more: bool = False) -> Iterator[Statement]:
    """Active problems: each serious one in a row, the others together, guesses last; `more` where some were told before."""
    active = sorted(problems, key=lambda one: rank_of(one, pen))
    serious = [one for one in active if is_serious(one, pen)]
    for one in serious:
        yield _row(one, pen)
    template = "problem.further" if serious or more else "problem.together"
    guesses = [one for one in active if _certainty(one, pen)]
    yield from _further([one for one in active if one not in serious and one not in guesses], template, pen)
    yield from (_row(one, pen) for one in guesses if one not in serious)


def prognosis(pen: Pen) -> Iterator[Statement]:
    """The documented prognosis; asking for one is the gap's."""
    for entry in reversed(pen.record.entries):
        if entry.subject != "patient" or entry.negated or not _is_prognosis(entry):
            continue
        said = value(entry, pen.knowledge.labs) or bare(entry.text)
        if said and happened(entry) and pen.is_fit(said):
            text = pen.say("prognosis.recorded", value=inside(said), day=happened(entry))
            if fits(text):
                yield pen.line("prognosis", "fact", text, [entry.id], by="recorded", rank=ranks.CARE)
                return


def is_chronic(problem: Problem, pen: Pen) -> bool:
    """Whether knowledge expects it to last 12 months or more."""
    return problem.concept is not None and pen.knowledge.conditions.chronic(problem.concept)


def key(problem: Problem) -> str:
    """What goals and activities for it carry as `about`."""
    return problem.concept or problem.name


def _row(problem: Problem, pen: Pen) -> Statement:
    text, rank = said(problem, pen), rank_of(problem, pen)
    return pen.line("problem_list", "concern", text, problem.entries, about=key(problem), by="row", rank=rank)


def is_serious(problem: Problem, pen: Pen) -> bool:
    """Whether it is of those that end lives or independence."""
    return any(pen.knowledge.conditions.is_a(problem.concept, serious) for serious in SERIOUS)


def rank_of(problem: Problem, pen: Pen) -> int:
    """How high a problem stands where nothing else is known of it."""
    if is_serious(problem, pen):
        return ranks.SERIOUS
    return ranks.CHRONIC if is_chronic(problem, pen) else ranks.PROBLEM


def said(problem: Problem, pen: Pen) -> str:
    """An active problem as a sentence: since when under this name, and when it was recorded again."""
    found, since = named(problem, pen) or "a problem", _since(problem, pen)
    last = max((happened(entry) for entry in _under_this_name(problem, pen)), default="")
    if guess := _certainty(problem, pen):
        slots = {"certainty": capital(with_article(guess)), "name": inside(found), "day": last}
        return pen.say("problem.guess" if last else "problem.guess_undated", **slots)
    verbs, name = _MANY if is_plural(found) else _ONE, closed(found)
    if since and last > since and len(last) == len(since):
        return pen.say("problem.confirmed", name=name, since=since, last=last, **verbs)
    if since:
        return pen.say("problem.since", name=name, since=since, **verbs)
    return pen.say("problem.recorded" if last else "problem.undated", name=name, last=last, **verbs)


def _certainty(problem: Problem, pen: Pen) -> str:
    """ "provisional" where every source of a problem calls it a guess, as the newest of them does; else ""."""
    entries = [entry for entry in _entries(problem, pen) if not entry.negated]
    if not entries or any(entry.certainty not in _GUESSED for entry in entries):
        return ""
    return max(entries, key=lambda entry: (happened(entry), entry.id)).certainty


def _entries(problem: Problem, pen: Pen) -> list[Entry]:
    return [pen.record.by_id[one] for one in problem.entries if one in pen.record.by_id]


def _since(problem: Problem, pen: Pen) -> str:
    """Since when it is so under this very name; other names of the same concept may be older."""
    own = _under_this_name(problem, pen)
    return min((day(entry.effective.start) for entry in own if entry.effective.start), default="")


def _under_this_name(problem: Problem, pen: Pen) -> list[Entry]:
    """The entries that call it what the plan calls it; all where none does."""
    entries, name = _entries(problem, pen), named(problem, pen)
    return [entry for entry in entries if tells(entry, name)] or entries


def _further(problems: Sequence[Problem], template: str, pen: Pen) -> Iterator[Statement]:
    """The other problems, as many in a sentence as it holds; one alone in a row of its own."""
    left = [one for one in problems if named(one, pen)]
    while left:
        group = _fitting(left, template, pen)
        if len(group) == 1:
            yield _row(group[0], pen)
        else:
            cited = [entry for one in group for entry in one.entries[:2]]
            by, rank = f"further {group[0].name}", rank_of(group[0], pen)
            text, about = _named_together(group, template, pen), key(group[0])
            yield pen.line("problem_list", "concern", text, cited, about=about, by=by, rank=rank)
        left, template = left[len(group) :], "problem.further"


def _fitting(problems: Sequence[Problem], template: str, pen: Pen) -> Sequence[Problem]:
    """As many of the first problems as one sentence holds, at least one."""
    for many in range(min(len(problems), _TOGETHER), 1, -1):
        if fits(_named_together(problems[:many], template, pen)):
            return problems[:many]
    return problems[:1]


def _named_together(group: Sequence[Problem], template: str, pen: Pen) -> str:
    return pen.say(template, names=listed(_dated(one, pen, _since(one, pen)) for one in group))


def _dated(problem: Problem, pen: Pen, on: str) -> str:
    return f"{inside(named(problem, pen))} ({on})" if on else inside(named(problem, pen))


def _doubtful(problems: list[Problem], pen: Pen) -> Iterator[Statement]:
    for start in range(0, min(len(problems), 2 * _TOGETHER), _TOGETHER):
        group = [one for one in problems[start : start + _TOGETHER] if named(one, pen)]
        template = "problem.doubtful" if len(group) > 1 else "problem.doubtful_one"
        text = pen.say(template, names=listed(_dated(one, pen, day(one.since)) for one in group))
        if group and fits(text):
            yield pen.line(
                "problem_list",
                "activity",
                text,
                [entry for one in group for entry in one.entries[:2]],
                by=f"doubtful {start}",
                rank=ranks.PROBLEM + 20,
                activity=Activity("nurse", "", "assessment"),
            )


def _resolved(problems: Iterable[Problem], pen: Pen) -> Iterator[Statement]:
    ended = [(_end(one, pen), one) for one in problems if named(one, pen)]
    newest = sorted(ended, key=lambda pair: (pair[0], pair[1].name), reverse=True)[:_PAST_SHOWN]
    if newest:
        names = listed(_dated(one, pen, end) for end, one in newest)
        cited = [entry for _, one in newest for entry in one.entries[:2]]
        text = pen.say("problem.resolved" if len(newest) > 1 else "problem.resolved_one", names=names)
        yield pen.line("problem_list", "fact", text, cited, by="resolved", rank=ranks.PAST)


def _end(problem: Problem, pen: Pen) -> str:
    entries = _entries(problem, pen)
    ends = [day(entry.effective.end) for entry in entries if entry.effective.end]
    return max(ends or [happened(entry) for entry in entries], default="")


def _is_prognosis(entry: Entry) -> bool:
    return any(code.code in _PROGNOSIS for code in entry.codes) or "prognosis" in entry.name.lower()
