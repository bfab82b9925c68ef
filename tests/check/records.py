"""Records and documents of invented people, made by hand in few words, for the rules that look at drugs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from careloom import knowledge
from careloom.care.document import Document, Finding, Statement
from careloom.care.entry import LOINC, Code, Entry, Period, Source, when
from careloom.care.record import Allergy, Demographics, Medication, PatientRecord, Problem, Trend
from careloom.check import interaction
from careloom.knowledge.facts import Facts

AS_OF = date(2026, 11, 23)
KNOWLEDGE = knowledge.load()
SOURCE = Source("a" * 64, "Bundle.entry[0].resource", "clinic")
WOMAN = Demographics(birth_date="1950-05-04", sex="female")
LAB = {
    "egfr": "98979-8",
    "creatinine": "2160-0",
    "potassium": "2823-3",
    "weight": "29463-7",
    "inr": "6301-6",
    "lithium_level": "14334-7",
}
Rule = Callable[[Document, Facts], Iterator[Finding]]


def a_drug(
    text: str, *, dose: str = "", current: bool = True, detail: Mapping[str, str] | None = None
) -> tuple[Entry, Medication]:
    """An order on the list of 1 September, and what the record makes of it; the entry's id is the drug's text."""
    entry = Entry(
        id=text,
        kind="MedicationRequest",
        source=SOURCE,
        text=text,
        status="active",
        effective=Period(when("2026-09-01")),
        detail=detail or {},
    )
    found = tuple(one.name for one in KNOWLEDGE.drugs.find(text))
    medication = Medication(
        name=" and ".join(found) or text,
        ingredients=found,
        state="prescribed_no_fill_seen",
        current=current,
        entries=(text,),
        why="active in clinic",
        doses=((dose, (text,)),) if dose else (),
    )
    return entry, medication


def a_result(measure: str, value: str, unit: str, on: str = "2026-10-20", *, comparator: str = "") -> Entry:
    """A final result; its id is "measure value"."""
    return Entry(
        id=f"{measure} {value}",
        kind="Observation",
        source=SOURCE,
        codes=(Code(LOINC, LAB[measure], measure),),
        value=value,
        unit=unit,
        comparator=comparator,
        effective=Period(when(on)),
        status="final",
    )


def a_problem(
    name: str, concept: str, *, status: str = "active", doubtful: bool = False
) -> tuple[Entry, Problem]:
    entry = Entry(id=name, kind="Condition", source=SOURCE, text=name, status=status)
    return entry, Problem(name, status, (name,), "active in clinic", concept, doubtful=doubtful)  # type: ignore[arg-type]


def an_allergy(
    substance: str, *, status: str = "active", kind: str = "allergy", reaction: str = ""
) -> tuple[Entry, Allergy]:
    entry = Entry(
        id=f"allergy {substance}", kind="AllergyIntolerance", source=SOURCE, text=substance, status=status
    )
    found = Allergy(
        substance=substance,
        ingredients=tuple(one.name for one in KNOWLEDGE.drugs.find(substance)),
        classes=KNOWLEDGE.drugs.allergy_classes(substance),
        status=status,
        kind=kind,  # type: ignore[arg-type]
        reaction=reaction,
        entries=(entry.id,),
        why="active in clinic",
    )
    return entry, found


def a_record(
    *parts: Entry | tuple[Entry, Medication | Problem | Allergy],
    person: Demographics = WOMAN,
    trends: Sequence[Trend] = (),
) -> PatientRecord:
    """A record of drugs, results, problems and allergies."""
    pairs = [part for part in parts if isinstance(part, tuple)]
    made = [thing for _, thing in pairs]
    return PatientRecord(
        patient="p",
        as_of=AS_OF,
        version="1",
        demographics=person,
        entries=tuple([part for part in parts if isinstance(part, Entry)] + [entry for entry, _ in pairs]),
        problems=tuple(one for one in made if isinstance(one, Problem)),
        medications=tuple(one for one in made if isinstance(one, Medication)),
        allergies=tuple(one for one in made if isinstance(one, Allergy)),
        trends=tuple(trends),
    )


def a_plan(*texts: str, cites: Iterable[str] = (), kind: str = "care_plan") -> Document:
    """A document of these sentences; each cites the same entries. Ids are s1, s2, …"""
    statements = tuple(
        Statement(
            id=f"s{number}", section="interventions", kind="activity", text=text, citations=tuple(cites)
        )
        for number, text in enumerate(texts, 1)
    )
    return Document(patient="p", kind=kind, as_of=AS_OF, record_version="1", statements=statements)


def found(rule: Rule, record: PatientRecord, document: Document | None = None) -> list[Finding]:
    return list(rule(document or a_plan(), Facts(record, KNOWLEDGE)))


def told_as(kind: str) -> Rule:
    """The rule of harms, of whose findings those are looked at that are told as "interaction" or as "circumstance"."""

    def rule(document: Document, facts: Facts) -> Iterator[Finding]:
        return (one for one in interaction.rule(document, facts) if one.rule == kind)

    return rule


def told(findings: Iterable[Finding]) -> list[tuple[str, str | None]]:
    """Severity and statement of each finding."""
    return [(finding.severity.value, finding.statement) for finding in findings]
