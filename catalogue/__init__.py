"""The words of the pages and their Spanish: what is said where, the catalogue that translators edit, and what is compiled of it.

`python -m catalogue` looks for words in the templates, the code of the pages the kinds of documents and what findings say, keeps the Spanish that there is in
`careloom/web/locale/es/LC_MESSAGES/django.po`, adds what is new without any, drops what is said no more, and compiles the whole.
"""

import ast
import io
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template import Engine
from django.template.base import Node, NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from careloom.care.disclosure import GROUNDS
from careloom.care.ruling import CHOICES
from careloom.check import grounding, polarity
from careloom.connect.said.adherence import NEED

ROOT = Path(__file__).resolve().parents[1] / "careloom"
WEB, KINDS = ROOT / "web", ROOT / "draft"
PO = WEB / "locale" / "es" / "LC_MESSAGES" / "django.po"
PLURALS = "nplurals=2; plural=(n != 1);"
# The English, its plural or "", and the file that says it.
Said = tuple[str, str, str]


def said() -> Iterator[Said]:
    """Everything that pages say, file by file."""
    yield from of_templates()
    yield from of_code()
    yield from of_kinds()
    yield from of_rules()
    yield from of_lists()


def of_templates() -> Iterator[Said]:
    """What templates say by `translate` and `blocktranslate`."""
    folder = WEB / "templates"
    for file in sorted(folder.rglob("*.html")):
        name = file.relative_to(folder).as_posix()
        yield from ((one, "", name) for one in re.findall(r'_\("([^"]+)"\)', file.read_text()))
        for node in _nodes(Engine.get_default().get_template(name).nodelist):
            if isinstance(node, BlockTranslateNode):
                one = node.render_token_list(node.singular)[0]
                many = node.render_token_list(node.plural)[0] if node.plural else ""
                yield one, many, name
            elif isinstance(node, TranslateNode):
                words = node.filter_expression.var
                if isinstance(words, str):
                    yield words, "", name
                elif words.lookups is None:
                    yield str(words.literal), "", name


def _nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        inside = [getattr(node, name, None) for name in node.child_nodelists]
        inside += [branch for _, branch in getattr(node, "conditions_nodelists", ())]
        for one in inside:
            if isinstance(one, NodeList):
                yield from _nodes(one)


def of_code() -> Iterator[Said]:
    """What the code of the pages says by gettext, ngettext, later, both and count."""
    for file in sorted(WEB.rglob("*.py")):
        name = file.relative_to(WEB).as_posix()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from ((one, many, name) for one, many in _called(node.func.id, node.args))


def _called(function: str, arguments: list[ast.expr]) -> Iterator[tuple[str, str]]:
    words = [_words(one) for one in arguments]
    if function in ("gettext", "later") and words:
        yield from ((one, "") for one in words[0])
    elif function in ("ngettext", "both") and len(words) > 1:
        yield from zip(words[0], words[1], strict=False)
    elif function == "count" and len(words) > 1:
        many = words[2] if len(words) > 2 else []
        yield from ((one, many[0] if many else f"{one}s") for one in words[1])


def _words(one: ast.expr) -> list[str]:
    """The English of an argument: none where it is worked out, two where it depends."""
    if isinstance(one, ast.IfExp):
        return [*_words(one.body), *_words(one.orelse)]
    return [one.value] if isinstance(one, ast.Constant) and isinstance(one.value, str) else []


def of_kinds() -> Iterator[Said]:
    """What the kinds of documents and their sections are called on pages."""
    for file in sorted(KINDS.glob("*/kind.toml")):
        kind, name = tomllib.loads(file.read_text()), file.relative_to(ROOT).as_posix()
        yield kind.get("short") or kind["title"], "", name
        yield from ((kind[one], "", name) for one in ("about", "audience"))
        yield from ((one, "", name) for field in kind.get("field", ()) for one in _of_field(field))
        noun = kind.get("noun", "document")
        yield noun, f"{noun}s", name
        for section in kind.get("section", ()):
            yield section.get("short") or section["title"], "", name


def _of_field(field: dict[str, Any]) -> Iterator[str]:
    """What a form calls a field, its help, and its choices as they are read."""
    yield field["title"]
    if field.get("help"):
        yield field["help"]
    yield from (one.replace("_", " ") for one in field.get("choices", ()))


def of_rules() -> Iterator[Said]:
    """What findings say of a judged line; what other rules say stands in the code of the pages."""
    for rule in (grounding, polarity):
        yield from ((one, "", f"check/{rule.NAME}.py") for one in rule.SAYS.values())


def of_lists() -> Iterator[Said]:
    """What lists of ours call what is missing (gaps), measurements, red flags and what somebody needs, as pages say it."""
    gaps = tomllib.loads((ROOT / "knowledge" / "gaps.toml").read_text())
    yield from ((one["label"], "", "knowledge/gaps.toml") for one in gaps["gap"].values())
    for name in ("labs", "red_flags"):
        told = tomllib.loads((ROOT / "knowledge" / f"{name}.toml").read_text())
        yield from ((one, "", f"knowledge/{name}.toml") for one in _each_of(told, "label"))
    yield from ((one.words, "", "care/disclosure.py") for one in GROUNDS)
    alike = tomllib.loads((ROOT / "identity" / "weights.toml").read_text())
    yield from ((one, "", "identity/weights.toml") for one in _each_of(alike, "why"))
    yield from ((one, "", "care/ruling.py") for of in CHOICES.values() for one in of.values())
    remarks = tomllib.loads((ROOT / "connect" / "said" / "remarks.toml").read_text())
    yield from ((one, "", "connect/said/remarks.toml") for one in _each_of(remarks, "name"))
    yield NEED, "", "connect/said/adherence.py"
    for file in sorted((ROOT / "connect" / "said" / "domains").glob("*.toml")):
        told, name = tomllib.loads(file.read_text()), file.relative_to(ROOT).as_posix()
        yield from ((one, "", name) for one in _each_of(told, "name"))


def _each_of(told: object, key: str) -> tuple[str, ...]:
    """Every text of that name in a file, at whatever depth, each once."""
    if isinstance(told, list):
        return tuple(dict.fromkeys(words for one in told for words in _each_of(one, key)))
    if not isinstance(told, dict):
        return ()
    own = (told[key],) if isinstance(told.get(key), str) else ()
    return tuple(dict.fromkeys((*own, *(words for one in told.values() for words in _each_of(one, key)))))


def whole(spanish: str | Iterable[str]) -> bool:
    """Whether Spanish words are there, each of them where there are several."""
    return bool(spanish) if isinstance(spanish, str) else all(spanish)


def empty() -> Catalog:
    """A catalogue that counts as Spanish pages do: one and many."""
    new = Catalog(locale="es", fuzzy=False, charset="utf-8")
    new.mime_headers = [("Plural-Forms", PLURALS)]
    return new


def updated(old: Catalog) -> Catalog:
    """The catalogue of what is said now, with the Spanish that the old one has."""
    found: dict[str, tuple[str, set[str]]] = {}
    for one, many, place in said():
        plural, places = found.get(one, ("", set()))
        found[one] = (plural or many, places | {place})
    new = empty()
    for one, (many, places) in found.items():
        key = (one, many) if many else one
        before = old.get(one)
        spanish = before.string if before is not None else ""
        if many and isinstance(spanish, str):
            spanish = (spanish, spanish)
        elif not many and not isinstance(spanish, str):
            spanish = spanish[0]
        new.add(key, spanish, locations=[(place, 0) for place in sorted(places)])
    return new


def read() -> Catalog:
    """The catalogue as it lies there; an empty one where there is none."""
    return read_po(io.BytesIO(PO.read_bytes()), locale="es") if PO.exists() else empty()


def as_po(catalog: Catalog) -> bytes:
    """Its bytes for translators: the same for the same words, with no day in them."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=True, include_lineno=False)
    head = b'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return head + f'"Plural-Forms: {PLURALS}\\n"\n\n'.encode() + out.getvalue()


class WithoutDays(Catalog):
    """A catalogue whose header says what it must, and no time."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Language, charset, and how it counts."""
        return [
            ("Language", "es"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Plural-Forms", PLURALS),
        ]


def compiled(catalog: Catalog) -> bytes:
    """Its bytes as Django reads them: the same for the same words."""
    same = WithoutDays(locale="es", charset="utf-8")
    for message in catalog:
        if message.id and message.string:
            same.add(message.id, message.string)
    out = io.BytesIO()
    write_mo(out, same)
    return out.getvalue()
