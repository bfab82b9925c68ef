"""The banner that never scrolls away: who this is, and what nobody may overlook."""

from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.entry import Entry
from careloom.care.record import Allergy, Demographics, PatientRecord
from careloom.review.known import known
from careloom.web.present.recorded import recorded_words
from careloom.web.present.words import age, day, sex
from careloom.web.saying import later

NOT_RECORDED = later("not recorded")
# ICD-10-CM Z66 "Do not resuscitate"; SNOMED CT 304252001 "For resuscitation", 304253006 "Not for resuscitation".
CODE_STATUS = frozenset({"Z66", "304252001", "304253006"})
# Parts of an identifier's system that say that it is not a medical record number.
NOT_AN_MRN = ("ssn", "licen", "passport", "urn:careloom:number", "member", "insur", "npi", "subscriber")
OURS = "urn:careloom:source:"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the banner; `tone` is look where somebody must not overlook it."""

    label: str
    value: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Banner:
    """Who the patient is and the five things that are asked before anything is done."""

    patient: str
    name: str
    age: str
    sex: str
    birth_date: str
    mrn: str
    deceased: str
    allergies: Field
    fields: tuple[Field, ...]

    @property
    def words(self) -> str:
        """All of it in a row, as paper counts its length."""
        fields = (f"{one.label}: {one.value}" for one in (self.allergies, *self.fields))
        told = (self.name, self.age, self.sex, self.birth_date, self.mrn, self.deceased, *fields)
        return " ".join(map(str, told))  # what no source says is words of the reader's language


def banner(record: PatientRecord) -> Banner:
    """The banner of a record. What no source says is printed as "not recorded", never left out."""
    who = record.demographics
    return Banner(
        patient=record.patient,
        name=name(who),
        age=age(who.birth_date, record.as_of),
        sex=sex(who.sex) or gettext("sex not recorded"),
        birth_date=who.birth_date or NOT_RECORDED,
        mrn=mrn(who),
        deceased=""
        if not who.deceased
        else "died"
        if who.deceased == "true"
        else gettext("died {deceased}").format(deceased=who.deceased),
        allergies=_allergies(record),
        fields=(
            _code_status(record),
            Field(gettext("Proxy"), who.proxy or NOT_RECORDED),
            Field(gettext("Interpreter"), _interpreter(who), "look" if who.interpreter else "plain"),
            Field(
                gettext("Safe to leave a message"),
                _contact(who),
                "look" if who.safe_contact == "no" else "plain",
            ),
        ),
    )


def name(who: Demographics) -> str:
    """The patient's name as the first source writes it."""
    return who.names[0].full if who.names and who.names[0].full else gettext("Name not recorded")


def mrn(who: Demographics) -> str:
    """The last four characters of the medical record number: the identifier that says it is one, else the first
    that is neither a national nor a payer's, nor a message's or server's own.
    """
    systems = [(one.system.lower(), one.value) for one in who.identifiers if not _is_a_servers(one.system)]
    named = [value for system, value in systems if "mrn" in system or "medical-record" in system]
    others = [value for system, value in systems if not any(word in system for word in NOT_AN_MRN)]
    found = (named or others or [""])[0]
    return f"…{found[-4:]}" if found else NOT_RECORDED


def _is_a_servers(system: str) -> bool:
    """Whether a number names no assigner, but the system that sent it."""
    return system.startswith(OURS) and ":" not in system.removeprefix(OURS)


def _allergies(record: PatientRecord) -> Field:
    active = [allergy for allergy in record.allergies if allergy.status == "active"]
    if active:
        return Field(
            gettext("Allergy") if len(active) == 1 else gettext("Allergies"),
            "; ".join(map(_allergy, active)),
            "act",
        )
    gone = [allergy for allergy in record.allergies if allergy.status != "active"]
    said = (
        gettext("none recorded ({list})").format(
            list="; ".join(f"{one.substance} {one.status}" for one in gone)
        )
        if gone
        else gettext("none recorded")
    )
    return Field(gettext("Allergies"), said)


def _allergy(allergy: Allergy) -> str:
    more = [
        part for part in (allergy.reaction, "intolerance" if allergy.kind == "intolerance" else "") if part
    ]
    return f"{allergy.substance} ({', '.join(more)})" if more else allergy.substance


def _code_status(record: PatientRecord) -> Field:
    """The newest word on it, or, where sources differ, what each says: which of them holds nobody but a person decides."""
    for conflict in record.conflicts:
        if conflict.kind == "code_status":
            return Field(
                gettext("Code status"),
                gettext("sources differ: {said}").format(said=recorded_words(conflict.why)),
                "act",
            )
    told = _tells(record)
    if not told:
        return Field(gettext("Code status"), NOT_RECORDED)
    newest = max(told, key=lambda entry: entry.happened.latest.timestamp() if entry.happened else 0.0)
    return Field(gettext("Code status"), f"{newest.value or newest.name} ({day(newest.happened)})")


@known
def _tells(record: PatientRecord) -> tuple[Entry, ...]:
    return tuple(entry for entry in record.entries if _tells_code_status(entry))


def _tells_code_status(entry: Entry) -> bool:
    if (
        entry.negated
        or entry.subject != "patient"
        or entry.kind not in ("Observation", "Condition", "Procedure")
    ):
        return False
    codes = (code.code for code in (*entry.codes, *entry.value_codes))
    return not CODE_STATUS.isdisjoint(codes) or "code status" in entry.name.lower()


def _interpreter(who: Demographics) -> str:
    if who.interpreter is None:
        return (
            gettext("{more}; speaks {language}").format(more=NOT_RECORDED, language=language(who.language))
            if who.language
            else NOT_RECORDED
        )
    if not who.interpreter:
        return gettext("not needed")
    return language(who.language) if who.language else gettext("needed, language not recorded")


def language(code: str | None) -> str:
    """The English name of a BCP 47 language that our patients often speak; else the code itself."""
    names = {
        "en": gettext("English"),
        "es": gettext("Spanish"),
        "zh": gettext("Chinese"),
        "vi": gettext("Vietnamese"),
        "tl": gettext("Tagalog"),
        "ar": gettext("Arabic"),
        "fr": gettext("French"),
        "ht": gettext("Haitian Creole"),
        "ko": gettext("Korean"),
        "ru": gettext("Russian"),
        "pt": gettext("Portuguese"),
        "so": gettext("Somali"),
        "hi": gettext("Hindi"),
        "pl": gettext("Polish"),
    }
    return names.get((code or "").split("-")[0].lower(), code or "")


def _contact(who: Demographics) -> str:
    if not who.safe_contact:
        return NOT_RECORDED
    return {"ok": "yes", "no": "no"}.get(who.safe_contact, who.safe_contact)
