"""The pages in Spanish: whoever chose it or whose browser asks for it reads no English, but what was drafted and what sources say."""

import json
import re
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import translation

import careloom
from careloom import draft
from careloom.care.access import MAY, Permission
from careloom.care.document import Severity
from careloom.care.notices import NoticeKind
from careloom.pipeline import Pipeline
from careloom.web.present.device import device, opened_by
from careloom.web.present.words import KINDS, brief, count, graded, listed
from careloom.web.views.guard import OPEN
from catalogue import PO, as_po, compiled, read, updated
from tests.web.desk import PASSWORD, AdasDesk, signed_in
from tests.web.people import NOW, PROPOSAL
from tests.web.test_web_flow import plan_of_ada
from tests.web.test_web_matrix import pages, staffed

SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
PLAN = f"/review/{PROPOSAL.id}"
# What Spanish says without: a document is masculine, whatever kind it is of.
MAY_LACK = {"noun", "what"}


def test_every_word_of_the_pages_is_in_the_catalogue_and_has_its_spanish() -> None:
    old = read()
    new = updated(old)
    assert as_po(new) == PO.read_bytes(), "run `make words`"
    lacking = [one.id for one in new if one.id and not all(_each(one.string))]
    assert lacking == [] and len(new) > 1500
    assert not [one.id for one in new if one.fuzzy and one.id]


def test_what_is_compiled_is_compiled_of_the_catalogue() -> None:
    assert PO.with_suffix(".mo").read_bytes() == compiled(read())


def _each(words: object) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)  # type: ignore[arg-type]


def holes(words: str) -> set[str]:
    """The names of what is filled in."""
    by_percent = set(re.findall(r"%\((\w+)\)s", words))
    by_brace = {name for _, name, _, _ in Formatter().parse(words) if name} if not by_percent else set()
    return by_percent | by_brace


def test_both_languages_fill_in_the_same() -> None:
    wrong = []
    for one in read():
        for english, spanish in zip(_each(one.id), _each(one.string), strict=True):
            if one.id and not holes(english) - MAY_LACK <= holes(spanish) <= holes(english):
                wrong.append(english)
    assert wrong == []


def test_both_languages_begin_and_end_with_a_space_where_one_does() -> None:
    wrong = [
        english
        for one in read()
        for english, spanish in zip(_each(one.id), _each(one.string), strict=True)
        if one.id and (english[:1] == " ", english[-1:] == " ") != (spanish[:1] == " ", spanish[-1:] == " ")
    ]
    assert wrong == []


pytestmark = pytest.mark.django_db


def test_the_sign_in_page_is_in_the_language_that_the_browser_asks_for() -> None:
    shown = Client().get("/sign-in", headers=SPANISH)
    assert '<html lang="es">' in shown.content.decode() and "Contraseña" in shown.content.decode()
    assert shown["Content-Language"] == "es"
    assert '<html lang="en">' in Client().get("/sign-in").content.decode()
    assert '<html lang="en">' in Client().get("/sign-in", headers={"Accept-Language": "vi"}).content.decode()


def test_rosas_own_choice_goes_before_her_browsers(nurse: Client) -> None:
    assert nurse.post("/yours/language", {"language": "es"}).status_code == 302
    shown = nurse.get("/queue", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="es">' in shown and "Cerrar sesión" in shown and "Sign out" not in shown
    assert nurse.post("/yours/language", {"language": "fr"}).status_code == 422
    assert nurse.post("/yours/language", {"language": ""}).status_code == 302
    assert '<html lang="en">' in nurse.get("/queue").content.decode()


def test_the_api_stays_in_english(nurse: Client) -> None:
    answer = nurse.get(f"/api/proposals/{'0' * 32}", headers=SPANISH)
    assert answer.json()["issue"][0]["diagnostics"] == "there is nothing of that id"


def test_refusals_and_pages_that_are_not_there_are_told_in_spanish(nurse: Client, desk: AdasDesk) -> None:
    assert "No existe esa página" in nurse.get("/nowhere", headers=SPANISH).content.decode()
    wrong = {"action": "approve", "stamp": "x", "password": PASSWORD}
    answer = nurse.post(f"{PLAN}/decide", wrong, headers=SPANISH)
    assert "esta decisión no se tomó" in answer.content.decode()


def test_numbers_days_and_lists_are_said_as_spanish_says_them() -> None:
    with translation.override("es"):
        assert count(1, *KINDS["goal"]) == "1 meta" and count(5, *KINDS["activity"]) == "5 actividades"
        assert listed(["visitas", "informes"]) == "visitas e informes"
        assert listed(["a", "hierro"]) == "a y hierro"
        assert brief(NOW, year=True) == "23 nov 2026" and brief(NOW, weekday=True) == "lun 23 nov"
        assert graded(Severity.MODERATE, 1) == "1 moderado" and graded(Severity.MODERATE, 3) == "3 moderados"
    assert brief(NOW, year=True) == "23 Nov 2026" and listed(["a", "b", "c"]) == "a, b and c"


class Texts(HTMLParser):
    """What a page says to whoever looks or listens, outside what is marked as English."""

    VOID = ("meta", "link", "input", "br", "img", "hr", "source", "path", "circle", "rect", "line", "use")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        silent = tag in ("script", "style", "kbd", "code") or told.get("lang") == "en"
        within = bool(self.open and self.open[-1])
        if not (silent or within):
            self.found += [
                told[name] or "" for name in ("aria-label", "title", "placeholder") if name in told
            ]
        if tag not in self.VOID:
            self.open.append(silent or within)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1]):
            self.found.append(" ".join(data.split()))


@cache
def sentences_of_the_interface() -> frozenset[str]:
    """The whole sentences of the catalogue, in English."""
    return frozenset(
        one
        for message in read()
        if message.id
        for one, spanish in zip(_each(message.id), _each(message.string), strict=True)
        if one != spanish and not holes(one) and (" " in one or one[:1].isupper())
    )


def english_in(html: str) -> set[str]:
    """Sentences of the catalogue that stand in English, whole, outside what is marked as English."""
    parser = Texts()
    parser.feed(html)
    return {text for text in parser.found if text in sentences_of_the_interface()}


SCRIPTS = Path(careloom.__file__).parent / "web" / "static" / "web"
# Between quotes: two words or more with a capital at the front, as a sentence begins.
SENTENCE = re.compile(r"""(["`])([A-Z][a-z']* [a-z][^"`]*)\1""")


def test_no_script_has_a_sentence_of_its_own() -> None:
    found = {
        file.name: [one[1] for one in SENTENCE.findall(file.read_text())] for file in SCRIPTS.glob("*.js")
    }
    assert {name: said for name, said in found.items() if said} == {} and len(found) > 10


def handed_over(page: str) -> dict[str, str]:
    """The words that a page has for its scripts."""
    found = re.search(r'<meta name="words" content="([^"]*)">', page)
    return dict(json.loads(unescape(found[1]))) if found else {}


def test_what_a_script_says_is_handed_over_in_the_readers_language(nurse: Client) -> None:
    asked = {
        name for file in SCRIPTS.glob("*.js") for name in re.findall(r'\bsaid\("([\w ]+)"', file.read_text())
    }
    for headers, kept in ((SPANISH, "Guardado."), ({}, "Kept.")):
        shown = nurse.get("/queue", headers=headers).content.decode()
        words = handed_over(shown)
        assert words["kept"] == kept and asked == set(words)
    door = Client().get("/sign-in", headers=SPANISH).content.decode()
    assert handed_over(door)["no passkey"].startswith("La llave de acceso no se us")


SECTIONS = (
    "timeline", "problems", "medications", "allergies", "results", "needs", "around", "documents", "messages", "tasks",
)  # fmt: skip


def test_every_role_gets_the_same_pages_in_spanish_and_no_sentence_of_them_in_english(real: Pipeline) -> None:
    """Keys are compared and words are translated: a page that is there in English is there in Spanish, whoever asks."""
    plan = plan_of_ada(real)
    line = plan.document.statements[0].id
    named = {"proposal": plan.id, "patient": plan.document.patient, "kind": "visit_note", "line_id": line}
    sections = [f"/patients/{plan.document.patient}/{one}" for one in SECTIONS]
    rest = {
        address: needed for address, view in pages({**named, "key": line}) if (needed := view.needs) != OPEN
    }
    addresses = dict.fromkeys(sections, Permission.SEE) | rest
    common = {f"/{one.pattern}" for one in get_resolver().url_patterns}
    otherwise, english, seen, alike = [], [], 0, set()
    for role, client in staffed(real).items():
        # Roles that may do the same get the same of one patient; what is everybody's own is asked as each.
        whole = MAY[role] not in alike
        alike.add(MAY[role])
        for address in [one for one, it in addresses.items() if it in MAY[role] and (whole or one in common)]:
            answer = client.get(address, headers=SPANISH)
            # What is there in Spanish is there in English: only of the rest it is asked whether it is.
            plain = 200 if answer.status_code == 200 else client.get(address).status_code
            if answer.status_code != plain:
                otherwise.append((role, address, plain, answer.status_code))
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                seen += 1
                english += [(role, address, one) for one in sorted(english_in(answer.content.decode()))]
    assert otherwise == []
    assert english == [] and seen > 200


def test_what_rules_find_is_told_in_spanish_and_signed_as_it_was_written(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    rosa = signed_in("rosa")
    whole = rosa.get(f"/review/{plan.id}", headers=SPANISH).content.decode()
    keys = [f"f{number}" for number, one in enumerate(plan.findings) if one.statement is None]
    shown = [rosa.get(f"/review/{plan.id}/evidence/{key}", headers=SPANISH).content.decode() for key in keys]
    assert keys and all(english_in(one) == set() for one in (whole, *shown))
    assert {"renal", "interaction"} <= {one.rule for one in plan.findings}
    assert ' con <span lang="en">eGFR' in whole.replace("</span>", "") and "metformin at eGFR" not in whole
    assert real.store.proposals.get(plan.id).findings == plan.findings


def test_the_form_of_a_draft_and_what_is_wrong_with_it_are_in_spanish(real: Pipeline) -> None:
    patient = plan_of_ada(real).document.patient
    rosa = signed_in("rosa")
    for kind in draft.KINDS:
        shown = rosa.get(f"/draft/{patient}/{kind}", headers=SPANISH).content.decode()
        assert english_in(shown) == set(), kind
        for field in draft.kind_of(kind).fields:
            assert f'name="f-{field.id}"' in shown or "plan de cuidados firmado" in shown
    wrong = {"f-day": "yesterday", "f-way": "phone", "f-reached": "reached", "f-agreed": "call her"}
    shown = rosa.post(f"/draft/{patient}/visit_note", wrong, headers=SPANISH).content.decode()
    assert "Este dato no es una fecha como 2026-11-28" in shown and english_in(shown) == set()
    good = {**wrong, "f-day": "2026-11-20", "f-whom": "patient"}
    shown = rosa.post(f"/draft/{patient}/visit_note", good, headers=SPANISH).content.decode()
    assert "La línea 1 debe ser qué; de quién es la tarea; para cuándo" in shown


def test_notices_are_read_in_the_readers_language(real: Pipeline) -> None:
    rosa = signed_in("rosa")
    user = next(one.id for one in real.store.users.accounts() if one.username == "rosa")
    real.store.notices.add((), {(user, NoticeKind.OVERDUE): 2}, NOW)
    assert "2 documentos suyos están vencidos." in rosa.get("/notices", headers=SPANISH).content.decode()
    assert "2 documents of yours are overdue." in rosa.get("/notices").content.decode()


def test_where_somebody_is_signed_in_is_told_in_spanish(real: Pipeline) -> None:
    rosa = signed_in("rosa")
    with translation.override("es"):
        assert device("Mozilla/5.0 (iPhone; CPU) Safari/604") == "Safari en un iPhone"
        assert opened_by("password and code") == "contraseña y código de la aplicación"
        assert opened_by("Kin and Sons and recovery") == "Kin and Sons y código de recuperación"
        assert opened_by("Kin and Sons") == "Kin and Sons"
    rosa.post("/sign-out")
    rosa.post("/sign-in", {"username": "rosa", "password": PASSWORD})
    said = rosa.get("/yours", headers=SPANISH).content.decode()
    assert "por contraseña" in said and "por password" not in said


def test_the_page_that_is_open_is_marked_among_the_pages(real: Pipeline) -> None:
    rosa = signed_in("rosa")
    for address, word in (("/panel", "Panel"), ("/queue", "Queue"), ("/tasks", "Tasks")):
        (marked,) = re.findall(
            r'<a href="([^"]+)" aria-current="page"[^>]*>(\w+)</a>', rosa.get(address).content.decode()
        )
        assert marked == (address, word)
