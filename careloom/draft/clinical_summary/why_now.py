"""Why this patient, why now: who it is, what can't wait, and what came since the last signed plan.

Takes    the care plan's lines and the day after which something is new
Gives    the lines of harm, of critical and strongly moving results and of days that are near, then visits, notes, problems and drugs that are new
Never    says what a new thing means; that is the reader's
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.care.record import Problem
from careloom.care.system import source_name
from careloom.draft.care_plan import problems, ranks, visits
from careloom.draft.care_plan.medicines import named as drug_named
from careloom.draft.care_plan.naming import closed, named
from careloom.draft.clinical_summary import matters
from careloom.draft.clinical_summary.since import Since
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, listed
from careloom.knowledge.days import age_on
from careloom.text.naming import inside

SECTION = "why_now"
# What the line carries that says who the patient is; it is never one of the three that matter most.
WHO = "who"
# Parts of a care plan whose urgent lines stand with the medicines.
_DRUGS = "medication_management"
_NEWS_RANK = ranks.PRESSURE
_MOST_URGENT = 7
_MOST_NEW = 4
_ADULT_AGE = 2
_LISTED = 3


def why_now(pen: Pen, plan: Pen, lines: Sequence[Statement], since: Since) -> Iterator[Statement]:
    """Who it is; what can't wait, the worst first; what is new."""
    yield from _who(pen, plan)
    urgent = sorted((one for one in lines if _is_urgent(one)), key=lambda one: (one.rank, one.text))
    told = [one for one in urgent if not _is_told(one, urgent, pen)][:_MOST_URGENT]
    yield from (replace(one, section=SECTION) for one in told)
    wishes = [*_wishes(lines)]
    yield from wishes
    cited = {entry for one in wishes for entry in one.citations}
    for one in matters.told(pen, plan, SECTION, ("code_status",)):
        if not cited & set(one.citations):
            yield replace(one, rank=ranks.NEWS)
    yield from _visits(pen, plan, lines, since)
    yield from _notes(pen, since)
    if since.compares:
        yield from _problems(pen, plan, since)
        yield from _drugs(pen, since)
    for one in visits.ahead(plan):
        yield replace(one, section=SECTION, rank=_NEWS_RANK)


def _is_urgent(one: Statement) -> bool:
    """A concern that can't wait, or a fact that stands as high: of medicines the next section tells."""
    if one.section == _DRUGS or one.kind not in ("concern", "fact") or one.about == "code_status":
        return False
    # A guideline's judgement of what is not urgent is the review of the pathways.
    return one.rank <= (ranks.DENIED if one.guideline else ranks.NEWS)


def _is_told(one: Statement, urgent: Sequence[Statement], pen: Pen) -> bool:
    """Whether a guideline's line, which is of no harm, says of a result what our own line says already."""
    if one.guideline is None or one.rank <= ranks.HARM_LAST:
        return False
    by_id = pen.record.by_id
    results = {entry for entry in one.citations if entry in by_id and by_id[entry].kind == "Observation"}
    return any(results & set(each.citations) for each in urgent if each.guideline is None)


def _who(pen: Pen, plan: Pen) -> Iterator[Statement]:
    who, cited = pen.record.demographics, list(pen.patient_entries[:2])
    if not who.sex:
        return
    serious = [one for one in _ranked(plan) if _says_who(one, plan)][:_LISTED]
    age = age_on(pen.record.as_of, who.birth_date)
    slots = {"sex": who.sex, "age": str(age), "day": who.birth_date or ""}
    form = "sexed" if age is None else "aged" if age >= _ADULT_AGE else "born"
    text = pen.say(f"who.{form}", **slots)
    for many in range(len(serious) if form != "born" else 0, 0, -1):
        names = _names([inside(named(one, plan)) for one in serious[:many]])
        longer = pen.say(f"who.{form}_with", **slots, problems=names)
        if fits(longer):
            text, cited = longer, [*cited, *(entry for one in serious[:many] for entry in one.entries[:3])]
            break
    yield pen.line(SECTION, "fact", text, cited, about=WHO, by="who", rank=ranks.SELF_HARM - 1)


def _says_who(problem: Problem, plan: Pen) -> bool:
    return problems.is_serious(problem, plan) or plan.knowledge.conditions.is_a(problem.concept, "pregnancy")


def _names(words: Sequence[str]) -> str:
    """Names in a row; after one with a comma inside comes another comma ("chronic kidney disease, stage 3b, and gout")."""
    return listed([*(closed(one) for one in words[:-1]), words[-1]]).replace(",,", ",")


def _ranked(plan: Pen) -> list[Problem]:
    active = [one for one in plan.record.problems if one.status == "active" and not one.doubtful]
    return sorted(active, key=lambda one: problems.rank_of(one, plan))


def _wishes(lines: Sequence[Statement]) -> Iterator[Statement]:
    """What is recorded of prognosis, resuscitation and directives."""
    for one in lines:
        if one.section == "prognosis" and one.kind in ("fact", "concern") and not one.guideline:
            yield replace(one, section=SECTION, rank=min(one.rank, ranks.CARE))


def _visits(pen: Pen, plan: Pen, lines: Sequence[Statement], since: Since) -> Iterator[Statement]:
    """Stays and emergency visits since then, each told once; where there is none, the newest visit."""
    told = {entry for one in lines if one.about == "hospital_stay" for entry in one.citations}
    new = [entry for entry in visits.stays(plan) if since.is_new(entry, pen.record.as_of)]
    for entry in [one for one in new if one.id not in told][-_MOST_NEW:]:
        yield pen.line(SECTION, "fact", visits.stay(entry, plan), [entry.id], by=entry.id, rank=ranks.NEWS)
    newest = next((one for one in reversed(pen.record.entries) if _is_visit(one, pen, since)), None)
    if newest is None or new:
        return
    reason = visits.reason(newest, plan)
    text = pen.say("new.visit", day=happened(newest), reason=reason)
    if not reason or not fits(text):
        text = pen.say("new.visit_plain", day=happened(newest))
    yield pen.line(SECTION, "fact", text, [newest.id], by="visit", rank=_NEWS_RANK)


def _is_visit(entry: Entry, pen: Pen, since: Since) -> bool:
    took_place = entry.kind == "Encounter" and entry.status in ("finished", "in-progress", None)
    return took_place and entry.subject == "patient" and since.is_new(entry, pen.record.as_of)


def _notes(pen: Pen, since: Since) -> Iterator[Statement]:
    found = [
        entry
        for entry in pen.record.entries
        if entry.kind == "DocumentReference" and since.is_new(entry, pen.record.as_of)
    ]
    new = found[-_MOST_NEW:]
    short = [_note(entry, pen) for entry in new]
    text = pen.say("new.notes", every=listed(short))
    if len(new) > 1 and fits(text):
        yield pen.line(SECTION, "fact", text, [one.id for one in new], by="notes", rank=_NEWS_RANK)
        return
    for entry in new:
        title = _title(entry, pen)
        slots = {"day": happened(entry), "system": source_name(entry.source.system), "title": title}
        text = pen.say("new.note" if title else "new.note_plain", **slots)
        if not fits(text):
            text = pen.say("new.note_plain", **slots)
        yield pen.line(SECTION, "fact", text, [entry.id], by=entry.id, rank=_NEWS_RANK)


def _note(entry: Entry, pen: Pen) -> str:
    title = _title(entry, pen) or "note"
    return f"{title} ({source_name(entry.source.system)}, {happened(entry)})"


def _title(entry: Entry, pen: Pen) -> str:
    title = inside(bare(entry.detail.get("title", "")))
    return title if title and pen.is_fit(title) else ""


def _problems(pen: Pen, plan: Pen, since: Since) -> Iterator[Statement]:
    new = [one for one in _ranked(plan) if named(one, plan) and _all_new(one.entries, pen, since)]
    parts = [(f"{inside(named(one, plan))} ({_first(one.entries, pen)})", one.entries[:3]) for one in new]
    yield from _together(parts, "problem", pen)


def _drugs(pen: Pen, since: Since) -> Iterator[Statement]:
    new = [
        one
        for one in pen.record.medications
        if one.current
        and drug_named(one)
        and one.state != "filled_not_listed"
        and _all_new(one.entries, pen, since)
    ]
    parts = [(f"{inside(drug_named(one))} ({_first(one.entries, pen)})", one.entries[:3]) for one in new]
    yield from _together(parts, "drug", pen)


def _all_new(entries: Sequence[str], pen: Pen, since: Since) -> bool:
    """Whether nothing told of it before; what one system says of what another said long ago is not new."""
    found = [pen.record.by_id[one] for one in entries if one in pen.record.by_id]
    return bool(found) and all(since.is_new(entry, pen.record.as_of) for entry in found)


def _first(entries: Sequence[str], pen: Pen) -> str:
    return min(happened(pen.record.by_id[one]) for one in entries if one in pen.record.by_id)


def _together(parts: Sequence[tuple[str, Sequence[str]]], form: str, pen: Pen) -> Iterator[Statement]:
    """As many as one sentence holds."""
    for many in range(min(len(parts), _MOST_NEW), 0, -1):
        text = pen.say(
            f"new.{form}s" if many > 1 else f"new.{form}", names=listed(w for w, _ in parts[:many])
        )
        if fits(text):
            cited = [entry for _, entries in parts[:many] for entry in entries]
            yield pen.line(SECTION, "fact", text, cited, by=f"new {form}", rank=ranks.NEWS)
            return
