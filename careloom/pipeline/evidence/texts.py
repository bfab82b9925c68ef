"""Of texts: what goes to patients, set live in each channel, and what the scrub takes out of an invented text."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from careloom import draft
from careloom.care.compliance import Evidence, Grid
from careloom.care.document import ContentClass
from careloom.care.sending import CHANNELS, Channel
from careloom.deliver.wording import whole
from careloom.draft.kind import PATIENT, Kind
from careloom.knowledge import texts
from careloom.pipeline.evidence.looked import Site
from careloom.privacy.modes import Mode, deidentified
from careloom.text.language import Language

PRACTICE, PHONE = "an invented practice", "555-0100"
BODY = "An invented message."
# A sample of de-identified text that was looked through longer ago says nothing; where samples are told.
A_YEAR, SAMPLES_PAGE = timedelta(days=365), "/deidentification"
LANGUAGES: tuple[Language, ...] = ("en", "es")
WRITTEN: frozenset[Channel] = frozenset({"email", "text", "portal"})
# By kind of identifier an invented text that has one, and the words that must not be left.
SAMPLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "name": (
        "Seen by Dr. Quillfeather today; Odalys Brackenridge drove.",
        ("Quillfeather", "Odalys", "Brackenridge"),
    ),
    "geography": (
        "She lives at 4410 Juniper Street, Ashfordby, MA 02139.",
        ("Juniper", "Ashfordby", "02139"),
    ),
    "date": ("Admitted on 2026-03-14, discharged 03/17/2026.", ("03-14", "03/17")),
    "phone": ("Call 617-555-0137 in the morning.", ("555-0137",)),
    "fax": ("Fax: 617-555-0138.", ("555-0138",)),
    "email": ("Write to quill.feather@mail.example today.", ("quill.feather",)),
    "ssn": ("SSN 219-09-9999 on file.", ("219-09-9999",)),
    "mrn": ("MRN: 00448812 in the chart.", ("00448812",)),
    "health_plan": ("Member ID: XQF88412201 of the plan.", ("XQF88412201",)),
    "account": ("Account number: 77120934 is open.", ("77120934",)),
    "licence": ("Driver's license number: S55512345 shown.", ("S55512345",)),
    "vehicle": ("VIN: 1HGBH41JXMN109186 of her car.", ("1HGBH41JXMN109186",)),
    "device": ("Pacemaker serial number: PM-8841-2291 implanted.", ("8841-2291",)),
    "url": ("See https://people.example/quill/77 for her page.", ("people.example",)),
    "ip": ("Logged in from 203.0.113.77 twice.", ("203.0.113.77",)),
}


def of_messages(site: Site) -> Iterator[Evidence]:
    """California AB 3030: each channel and language, set just now."""
    wrong, without = [], []
    for channel in sorted(_channels()):
        for language in LANGUAGES:
            told = whole(BODY, channel, language, PRACTICE, PHONE)
            begins = told.split("\n")[0]
            if PRACTICE not in begins or not (
                "artificial intelligence" in begins or "inteligencia artificial" in begins
            ):
                wrong.append(f"{channel} {language}")
            if PHONE not in told.split(BODY)[-1]:
                without.append(f"{channel} {language}")
    number = len(_channels()) * len(LANGUAGES)
    where = "careloom/deliver/wording.py, set when the pack was made"
    yield site.tell(
        "ab3030.begins",
        "A message begins with the disclaimer, in every channel and language",
        f"{number - len(wrong)} of {number}" + (f"; not: {', '.join(wrong)}" if wrong else ""),
        not wrong,
        where,
    )
    yield site.tell(
        "ab3030.person",
        "A message says how a person is reached",
        f"{number - len(without)} of {number}",
        not without,
        where,
    )
    named = bool(site.settings.practice_name.strip() and site.settings.practice_phone.strip())
    yield site.tell(
        "ab3030.phone",
        "The site has said who writes and under which number a person answers; without both nothing is sent",
        "yes" if named else "not set: nothing can be sent",
        named,
        "CARELOOM_PRACTICE_NAME, CARELOOM_PRACTICE_PHONE",
    )
    clinical = [kind for kind in _for_patients() if kind.demands.floor is not ContentClass.ADMINISTRATIVE]
    bare = [kind.id for kind in clinical if not _has_disclaimer(kind.id)]
    yield site.tell(
        "ab3030.paper",
        "What is handed over on paper begins with it, too, where it speaks of health",
        f"{len(clinical) - len(bare)} of {len(clinical)} kinds"
        + (f"; not: {', '.join(bare)}" if bare else ""),
        not bare,
        "the approved texts of those kinds",
    )
    for medium in ("chat", "audio", "video"):
        there = not _channels() <= WRITTEN
        yield site.tell(
            f"ab3030.{medium}",
            f"The product has no {medium} for patients",
            f"its channels are {', '.join(sorted(_channels()))}",
            there,
            "the channels that run",
        )


def _channels() -> frozenset[Channel]:
    return frozenset(CHANNELS)


def _for_patients() -> list[Kind]:
    return [writing.kind() for writing in draft.KINDS.values() if writing.kind().audience == PATIENT]


def _has_disclaimer(kind: str) -> bool:
    """Whether the approved texts of a kind have the disclaimer in both languages."""
    file = Path(texts.__file__).parent / f"{kind}.toml"
    said = file.read_text("utf-8") if file.is_file() else ""
    return "artificial intelligence" in said and "inteligencia artificial" in said


def messages() -> tuple[Grid, ...]:
    """Every kind that speaks to patients, and how each channel begins and ends, as it was set just now."""
    kinds = tuple(
        (
            kind.title,
            kind.demands.floor.value.replace("_", " "),
            "by itself, from a text that a licensed person approved"
            if kind.demands.floor is ContentClass.ADMINISTRATIVE
            else "by itself only where it was not chosen from the record; else after a licensed person read and signed it"
            if kind.demands.floor is ContentClass.GENERAL_EDUCATION
            else "after a licensed person read and signed it (exempt by (b); the disclaimer stands all the same)",
        )
        for kind in _for_patients()
    )
    rows: list[tuple[str, ...]] = []
    for channel in sorted(_channels()):
        for language in LANGUAGES:
            told = whole(BODY, channel, language, PRACTICE, PHONE)
            before, _, after = told.partition(BODY)
            rows.append((channel, language, " ".join(before.split()), " ".join(after.split())))
    rows += [(medium, "", "no such channel", "no such channel") for medium in ("audio", "video", "chat")]
    return (
        Grid(
            "Kinds of documents that speak to patients",
            ("kind", "least class of its lines", "released"),
            kinds,
        ),
        Grid(
            "How a message begins and ends", ("channel", "language", "begins with", "ends with"), tuple(rows)
        ),
    )


def of_identifiers(site: Site) -> Iterator[Evidence]:
    """Safe Harbor: each kind of identifier in an invented text, through the mode that runs."""
    for kind, (text, words) in SAMPLES.items():
        told = deidentified(text, mode=Mode.SAFE_HARBOR, as_of=site.at.date()).text
        left = [word for word in words if word in told]
        yield site.tell(
            f"harbor.{kind}",
            "An invented text with one goes through the Safe Harbor mode, with nothing known of the person",
            "taken out" if not left else f"STILL THERE: {', '.join(left)}",
            not left,
            "privacy/modes.py, Safe Harbor, tried when the pack was made",
        )


def of_samples(site: Site) -> Iterator[Evidence]:
    """What was found in the newest sample of de-identified text that a person looked through; one older than a year says nothing."""
    what = "A person looked through a sample of de-identified text within a year and found no identifier left"
    where = "the audit log, in which each sample's count stands (careloom deidentify sample)"
    newest = next(iter(site.samples()), None)
    if newest is None or site.at - newest.at > A_YEAR:
        last = f"the last was on {newest.at:%Y-%m-%d}" if newest else "nobody ever did"
        yield site.tell("harbor.sampled", what, last, None, where, SAMPLES_PAGE)
        return
    told = f"on {newest.at:%Y-%m-%d}: {newest.found} of {newest.number} pieces held one; at most {newest.bound:.1%} do (one-sided 95 % limit)"
    yield site.tell("harbor.sampled", what, told, not newest.found, where, SAMPLES_PAGE)
