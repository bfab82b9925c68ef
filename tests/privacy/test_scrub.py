"""What identifies a person is taken out of a text, however it is written; what tells of their health stays."""

import hashlib
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom import connect, knowledge
from careloom.care.entry import HumanName, Identifier, Message, Person
from careloom.demo import HERE
from careloom.privacy.known import known
from careloom.privacy.scrub import scrub

JOSE = Person(
    identifiers=(
        Identifier("urn:oid:2.16.840.1.113883.19.5.1", "RV104471"),
        Identifier("urn:careloom:source:county_health_plan:member", "CHP88121"),
        Identifier("http://hl7.org/fhir/sid/us-ssn", "900-12-3456"),
    ),
    names=(HumanName("García-López", ("José", "Antonio")),),
    birth_date="1965-03-02",
    telecoms=("(617) 555-0142", "mailto:jose.garcia@example.org"),
    addresses=("12 Elm Street, Apt 4B, Springfield, MA 01103",),
)
ROBERT = Person(names=(HumanName("Green", ("Robert",), suffix="Jr"), HumanName("O'Brien", ("Robert",))))


def spans(text: str, *people: Person, **more: list[str]) -> list[tuple[str, str]]:
    found = scrub(text, [known(people, **more)] if people else ()).spans
    return [(text[one.start : one.end], one.kind) for one in found]


@pytest.mark.parametrize(
    "written",
    [
        "José Antonio García-López", "JOSE GARCIA LOPEZ", "García López, José", "garcia-lopez", "GarciaLopez", "J. García",
        "Lopez, J.", "J.G.", "J.A.G.", "Pepe", "Garcia, Jose Antonio", "jose lopez", "J Lopez",
    ],
)  # fmt: skip
def test_a_name_is_found_in_every_writing(written: str):
    text = f"Call about {written} today."
    said = scrub(text, [known([JOSE])]).text
    assert set(said.removeprefix("Call about ").removesuffix(" today.").replace(",", "").split()) == {
        "[name]"
    }


@pytest.mark.parametrize(
    "written",
    ["Bob", "Bobby O'Brien", "OBrien", "O’BRIEN", "o'brien", "Robert Green", "Mr. Green", "bob green"],
)
def test_a_nickname_and_an_apostrophe_are_known(written: str):
    said = scrub(f"Seen with {written}.", [known([ROBERT])]).text
    assert not any(part in said.lower() for part in ("bob", "robert", "brien", "green"))


def test_a_name_that_is_a_word_too_is_left_where_it_is_a_word():
    assert spans("He ate green beans; stool is green.", ROBERT) == []
    assert spans("Green came alone.", ROBERT) == [("Green", "name")]


@pytest.mark.parametrize(
    "written",
    [
        "1965-03-02", "3/2/1965", "03/02/65", "3-2-65", "19650302", "03021965", "March 2, 1965", "Mar 2 1965", "2 March 1965", "02-Mar-1965",
        "2nd of March, 1965", "2 de marzo de 1965", "2/3/1965",
    ],
)  # fmt: skip
def test_a_birth_date_is_found_in_every_writing(written: str):
    assert spans(f"born {written}.", JOSE) == [(written, "date")]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("RV104471", "mrn"), ("rv-104471", "mrn"), ("RV 104 471", "mrn"), ("CHP88121", "health_plan"), ("CHP-88121", "health_plan"),
        ("900123456", "ssn"), ("900-12-3456", "ssn"), ("6175550142", "phone"), ("617.555.0142", "phone"), ("(617)555-0142", "phone"),
        ("jose.garcia@example.org", "email"), ("JOSE.GARCIA@EXAMPLE.ORG", "email"), ("12 Elm St.", "geography"),
        ("12 ELM STREET", "geography"), ("Springfield", "geography"), ("01103", "geography"), ("01103-2211", "geography"),
    ],
)  # fmt: skip
def test_a_number_an_address_and_a_contact_are_found_with_and_without_separators(written: str, kind: str):
    text = f"It is {written} here"
    ((found, told),) = spans(text, JOSE)
    assert (found.rstrip("."), told) == (written.rstrip("."), kind)


def test_relatives_and_employers_are_found_and_an_employers_words_are_left():
    text = "His wife Rosa and Acme Bakery were told; the bakery closed."
    assert spans(text, JOSE, others=["Rosa Delgado"], employers=["Acme Bakery"]) == [
        ("Rosa", "name"),
        ("Acme Bakery", "name"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Phone 617-555-0199.", [("617-555-0199", "phone")]),
        ("Fax: 617-555-0199", [("617-555-0199", "fax")]),
        ("Call +1 (617) 555-0199 x", [("+1 (617) 555-0199", "phone")]),
        ("at 555-0100", [("555-0100", "phone")]),
        ("mail a.b@example.org or see https://example.org/p?x=1.", [("a.b@example.org", "email"), ("https://example.org/p?x=1", "url")]),
        ("from 10.20.30.40", [("10.20.30.40", "ip")]),
        ("SSN 900 12 3456", [("900 12 3456", "ssn")]),
        ("MRN: 0047-11", [("0047-11", "mrn")]),
        ("Member ID W123456789", [("W123456789", "health_plan")]),
        ("Acct # 99-1234", [("99-1234", "account")]),
        ("License no. S1234567", [("S1234567", "licence")]),
        ("VIN 1HGCM82633A004352", [("1HGCM82633A004352", "vehicle")]),
        ("pacemaker serial number PM-2231-A9", [("PM-2231-A9", "device")]),
        ("Seen 10/09/2026.", [("10/09/", "date")]),
        ("since March 2024", [("March", "date")]),
        ("on 10/12 and in October", [("10/12", "date"), ("October", "date")]),
        ("el 3 de marzo de 2026", [("3 de marzo", "date")]),
        ("a 93-year-old, aged 95, 101 yo", [("93", "date"), ("95", "date"), ("101", "date")]),
        ("lives at 44 Oak Hill Rd, Apt 2 in MA 02118", [("44 Oak Hill Rd, Apt 2", "geography"), ("02118", "geography")]),
        ("P.O. Box 12", [("P.O. Box 12", "geography")]),
        ("+44 20 7946 0018", [("+44 20 7946 0018", "phone")]),
        ("card 4000 1234 5678 9010", [("4000 1234 5678 9010", "account")]),
        ("Dr. Osei and Mrs. Ana Ruiz", [("Osei", "name"), ("Ana Ruiz", "name")]),
        ("her daughter Ines Ruiz drives", [("Ines Ruiz", "name")]),
        ("Patient: Wanda Petrosky", [("Wanda Petrosky", "name")]),
    ],
)  # fmt: skip
def test_what_looks_like_an_identifier_is_found_without_knowing_anybody(
    text: str, found: list[tuple[str, str]]
):
    assert spans(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80, HR 72, T 98.6, SpO2 93%, wt 93 kg, BMI 31.2.",
        "HbA1c 7.2% in 2026; eGFR 38 mL/min/1.73 m2; Na 135-145; glucose 200-4000 mg/dL.",
        "Metformin 500 mg, 1/2 tab; oxycodone 5/325 mg; insulin 10-12 units; vitamin D 50000 units weekly.",
        "2-3 tabs at 8 a.m. and 9 p.m.; q4-6h; 10 mg on 3/4 days; INR 2.0-3.0.",
        "CPT 99213, ICD Z59.41, LOINC 4548-4, RxNorm 860975, EF 35-40%, L4-L5, T10.5.",
        "Stage 3b; NYHA II; 65 years old; 89 years old; score 14/27; 3/5 strength; 20/40 vision; may need a walker.",
        "She marches on; it may be a UTI; second-degree burn; PHQ-9 12; GFR 90; dose 100 mcg/hr; platelets 250,000.",
    ],
)
def test_what_tells_of_health_stays_as_it_is(text: str):
    assert scrub(text, [known([JOSE, ROBERT])]).text == text


def test_places_are_code_points_of_the_text_as_it_came():
    text = "🙂 \u0130stanbul: JOSÉ, 93 años"
    found = scrub(text, [known([JOSE])])
    assert [(text[one.start : one.end], one.kind) for one in found.spans] == [
        ("\u0130stanbul", "name"),
        ("JOSÉ", "name"),
        ("93", "date"),
    ]
    assert found.text == "🙂 [name]: [name], [date] años"


PIECES = st.sampled_from(
    ["José ", "García", "Green ", "3/2/65 ", "555-0100", "a@b.org", " 12 Elm St", "93 yo", "10 mg ", "\n", "🙂", "İ", "ß", "MRN 12345", "x", ". ", "9"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=20).map("".join))
def test_spans_never_overlap_and_everything_outside_them_stays(text: str):
    found = scrub(text, [known([JOSE, ROBERT])])
    at, rest = 0, found.text
    for span in found.spans:
        assert at <= span.start < span.end <= len(text)
        assert rest.startswith(text[at : span.start])
        rest = rest[span.start - at :].partition("]")[2]
        at = span.end
    assert rest == text[at:]


def test_no_identifier_of_a_demo_person_is_left_in_a_note_about_them():
    knows = knowledge.load()

    def people(path) -> list[Person]:
        data = path.read_bytes()
        head = "notes" if path.suffix == ".txt" else "fhir"
        message = Message(hashlib.sha256(data).hexdigest(), "demo", head)
        return [
            one.person for one in connect.read(message, io.BytesIO(data), knowledge=knows, max_json_mb=64)
        ]

    for note in sorted((HERE / "social_services").glob("*.txt")):
        who = note.stem[11:]
        told = people(note) + [
            one for path in (HERE / "riverside_ehr").glob(f"{who}*.json") for one in people(path)
        ]
        text = note.read_text(encoding="utf-8")
        found = scrub(text, [known(told)])
        values = {
            part.lower() for one in told for name in one.names for part in (*name.given, name.family) if part
        }
        values |= {one.value.lower() for person in told for one in person.identifiers}
        values |= {person.birth_date for person in told if person.birth_date}
        assert not [one for one in values if one in found.text.lower()], who
        # No more is removed than who it is and when: every span is a name, a number or a date.
        assert {one.kind for one in found.spans} <= {"name", "mrn", "date"}


@pytest.mark.parametrize(
    "piece", ["a", "a.", "1", "1-", "mrn ", "aa.aa", "(617) ", "on 1/1 ", "José ", "A B c ", "12 Elm Oak "]
)
def test_the_time_grows_with_the_text(piece: str):
    knows = [known([JOSE])]

    def cost(size: int) -> float:
        text = piece * (size // len(piece))
        begin = time.process_time()
        scrub(text, knows)
        return time.process_time() - begin

    cost(1_000)
    assert cost(30_000) < max(40 * cost(3_000), 2)


@pytest.mark.parametrize(
    "written",
    ["Gracia-Lopez", "Garcai", "Lopes Garciia", "Garc ia", "Gar-\ncia", "G A R C I A", "g.a.r.c.i.a", "jgarcia", "JoseGarcia", "garcia_jose", "Jose\nGarcia", "Antoino"],
)  # fmt: skip
def test_a_misspelt_split_or_joined_name_is_known(written: str):
    said = scrub(f"per {written} ok", [known([JOSE])]).text
    assert set(said.removeprefix("per ").removesuffix(" ok").replace("-", " ").split()) == {"[name]"}


def test_a_slip_that_is_a_word_stays():
    assert (
        spans("All is on the table; a grass allergy; he was greeted.", ROBERT, others=["Allison Grasse"])
        == []
    )


def test_a_possessive_is_left_behind_its_name():
    assert scrub("José’s wife and Garcia's son", [known([JOSE])]).text == "[name]’s wife and [name]'s son"
