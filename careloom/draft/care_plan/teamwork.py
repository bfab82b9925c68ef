"""Coordination with others, periodic review and revision: who is involved, what was refused, what comes next."""

from collections.abc import Iterator
from datetime import timedelta

from careloom.care.document import RECORD, Activity, Statement
from careloom.care.entry import Entry
from careloom.care.system import source_name
from careloom.draft.care_plan import ranks
from careloom.draft.care_plan.medicines import named
from careloom.draft.care_plan.visits import visits
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, fits, happened, listed, with_article
from careloom.text.naming import inside
from careloom.text.orders import orders_software

LANGUAGES = {
    "es": "Spanish", "zh": "Chinese", "vi": "Vietnamese", "tl": "Tagalog", "ko": "Korean", "ar": "Arabic",
    "fr": "French", "ru": "Russian", "ht": "Haitian Creole", "pt": "Portuguese", "hi": "Hindi", "de": "German",
    "ja": "Japanese", "it": "Italian", "pl": "Polish", "fa": "Persian", "so": "Somali", "en": "English",
}  # fmt: skip
_RECENT = timedelta(days=365)
_HALF_A_YEAR = timedelta(days=183)
_MOST = 3
_REFUSED = frozenset({"denied", "error", "rejected", "refused"})


def coordination(pen: Pen) -> Iterator[Statement]:
    """Refused authorisations, the language, visits and orders, the team, the sources."""
    yield from _denied(pen)
    yield from _language(pen)
    yield from visits(pen)
    yield from _team(pen)
    yield from _sources(pen)


def newest(pen: Pen) -> Iterator[Statement]:
    """How old the newest entry is: a record that ended long ago says little of today."""
    dated = [(entry.happened.day, entry) for entry in pen.record.entries if entry.happened]
    past = [(day, entry) for day, entry in dated if day <= pen.record.as_of]
    if past:
        day, entry = max(past, key=lambda pair: (pair[0], pair[1].id))
        old = pen.record.as_of - day > _RECENT
        text = pen.say("care.old" if old else "care.newest", day=happened(entry))
        rank = ranks.STALE_RECORD if old else ranks.ROUTINE
        kind = "concern" if old else "fact"
        yield pen.line("revision", kind, text, [entry.id], about=RECORD, by="newest", rank=rank)


def _denied(pen: Pen) -> Iterator[Statement]:
    found = [entry for entry in pen.record.entries if _is_denied(entry)]
    for entry in found[-_MOST:]:
        service = inside(bare(entry.detail.get("service") or entry.name))
        why = bare(entry.detail.get("disposition", "")).rstrip(".")
        if not pen.is_fit(f"{service} {why}") or not happened(entry):
            continue
        slots = {"service": service, "day": happened(entry), "why": inside(why)}
        text = pen.say("care.denied_why" if why else "care.denied", **slots)
        text = text if fits(text) else pen.say("care.denied", **slots)
        yield pen.line(
            "coordination", "concern", text, [entry.id], about=service, by=entry.id, rank=ranks.DENIED
        )
        yield pen.line(
            "coordination",
            "activity",
            pen.say("care.appeal", **slots),
            [entry.id],
            about=service,
            by=f"appeal {entry.id}",
            rank=ranks.DENIED + ranks.ANSWER,
            activity=Activity("coordinator", "", "coordination"),
        )


def refused(pen: Pen) -> Iterator[Statement]:
    """Current drugs that a payer refused to pay for when they were last to be filled, in the last half year."""
    for drug in pen.record.medications:
        entry = next((pen.record.by_id[one] for one in drug.refused if one in pen.record.by_id), None)
        if entry is None or not entry.happened or entry.happened.day < pen.record.as_of - _HALF_A_YEAR:
            continue
        why = bare(entry.detail.get("disposition", "")).rstrip(".")
        slots = {
            "service": named(drug),
            "day": happened(entry),
            "why": inside(why.lower() if why.isupper() else why),
        }
        if (
            entry.detail.get("outcome") not in _REFUSED
            or not pen.is_fit(f"{drug.name} {why}")
            or not slots["service"]
        ):
            continue
        text = pen.say("care.refused_why" if why else "care.refused", **slots)
        text = text if fits(text) else pen.say("care.refused", **slots)
        asks = pen.say("care.ask_payer", **slots)
        activity = Activity("coordinator", "", "coordination")
        cited, about = [entry.id], drug.name
        yield pen.line(
            "coordination", "concern", text, cited, about=about, by=f"refused {drug.name}", rank=ranks.DENIED
        )
        yield pen.line(
            "coordination", "activity", asks, cited, about=about, by=f"ask {drug.name}",
            rank=ranks.DENIED + ranks.ANSWER, activity=activity,
        )  # fmt: skip


def _is_denied(entry: Entry) -> bool:
    asked = entry.kind in ("ClaimResponse", "Claim", "ExplanationOfBenefit")
    prior = entry.detail.get("use") in ("preauthorization", "predetermination")
    said = f"{entry.detail.get('outcome', '')} {entry.status or ''}".lower()
    return asked and prior and any(word in said for word in _REFUSED)


def _language(pen: Pen) -> Iterator[Statement]:
    who = pen.record.demographics
    language = LANGUAGES.get((who.language or "")[:2].lower())
    if who.interpreter and language:
        told = [(one, pen.record.by_id[one].detail) for one in pen.patient_entries]
        cited = [
            one
            for one, detail in told
            if detail.get("interpreter") or detail.get("language", "")[:2] == (who.language or "")[:2]
        ]
        text = pen.say("care.language", language=language)
        yield pen.line("coordination", "fact", text, cited, by="language", rank=ranks.LANGUAGE)


def _team(pen: Pen) -> Iterator[Statement]:
    """The roles of those who care for the patient; their names stay in the record."""
    for entry in reversed(pen.record.entries):
        if entry.kind != "CareTeam" or entry.status not in ("active", None):
            continue
        roles = [part.partition(":")[0].strip() for part in entry.detail.get("participants", "").split(";")]
        words = listed(
            with_article(inside(bare(role)))
            for role in roles
            if role and role.lower() not in ("patient", "person")
        )
        if words and fits(pen.say("care.team", roles=words)) and pen.is_fit(words):
            yield pen.line(
                "coordination",
                "fact",
                pen.say("care.team", roles=words),
                [entry.id],
                by=entry.id,
                rank=ranks.ROUTINE,
            )
            return


def _sources(pen: Pen) -> Iterator[Statement]:
    """The receipt in one line: which systems' entries this record rests on, each cited by its newest."""
    newest: dict[str, str] = {}
    for entry in pen.record.entries:
        newest[entry.source.system] = entry.id
    systems = sorted(one for one in newest if not orders_software(one))[:6]
    text = pen.say(
        "care.sources" if len(systems) > 1 else "care.source",
        systems=listed(map(source_name, systems)),
    )
    if systems and fits(text):
        yield pen.line(
            "coordination",
            "fact",
            text,
            [newest[one] for one in systems],
            about=RECORD,
            by="sources",
            rank=ranks.PAST,
        )
