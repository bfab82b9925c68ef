"""A form that was refused, as it was sent: what was typed stands in it, and what is wrong beside its field.

Takes    a page as it was drawn, what was sent, and why it was refused (an InputError names the field)
Gives    the page in which the form of that address and of the same hidden values holds what was sent, unfolded
Never    gives back a password, a code or a file, or fills a form that is another one
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.html import escape, format_html

from careloom.errors import CareloomError, InputError
from careloom.web.present.refused import refusal
from careloom.web.templatetags.desk import FORM

# New in each form that is drawn, whatever was sent; `was` is what a form was drawn from, to see whether somebody else wrote meanwhile.
ANEW = (FORM, "csrfmiddlewaretoken", "was")
NEVER = ("hidden", "password", "file", "submit", "button", "image", "reset")
SECRET = ("current-password", "new-password", "one-time-code", "username")
TICKED = ("checkbox", "radio")
FIELDS = ("input", "select", "textarea")
WRONG = "refused-field"
NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag of a page: its name, whether it opens, its attributes, from where to where it stands, and what it stands in."""

    name: str
    opens: bool
    attributes: dict[str, str | None]
    start: int
    end: int
    inside: tuple[int, ...] = ()

    def value(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def written(self, **changed: str | bool) -> str:
        """The tag with attributes set anew: True for one without a value, False for none."""
        every: dict[str, str | bool | None] = {**self.attributes, **changed}
        told = "".join(
            f" {name}" if value is None or value is True else f' {name}="{escape(value)}"'
            for name, value in every.items()
            if value is not False
        )
        return f"<{self.name}{told}>"


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    words: str


def refilled(
    request: HttpRequest,
    answer: HttpResponse,
    error: CareloomError | None = None,
    fields: Mapping[str, str] = NONE,
) -> HttpResponse:
    """The answer, a page, with its refused form as it was sent, and why beside the field that the error names.

    `fields` says what a form calls a field that errors call otherwise.
    """
    page = answer.content.decode()
    sent = request.POST if request.method == "POST" else request.GET
    tags = _tags(page)
    form = next(_forms(tags, request.path, sent), ())
    if form:
        wrong = _wrong(form, error, fields)
        edits = [*_unfolded(tags, form[0]), *_as_sent(page, form, sent, wrong)]
        if wrong is not None and error is not None:
            beside = _beside(form, wrong)
            said = format_html('<span class="wrong" id="{}">{}</span>', WRONG, refusal(error))
            edits.append(_Edit(beside, beside, said))
        answer.content = _edited(page, edits).encode()
    return answer


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[_Tag] = []
        self.open: list[int] = []
        self.lines = [0, *accumulate(len(line) + 1 for line in page.split("\n"))]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start, text = self._at(), self.get_starttag_text() or ""
        self.tags.append(_Tag(tag, True, dict(attrs), start, start + len(text), tuple(self.open)))
        if tag in ("details", "form", "fieldset", "label"):
            self.open.append(len(self.tags) - 1)

    def handle_endtag(self, tag: str) -> None:
        start = self._at()
        self.tags.append(_Tag(tag, False, {}, start, start + len(tag) + 3))
        if self.open and self.tags[self.open[-1]].name == tag:
            self.open.pop()

    def _at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column


def _tags(page: str) -> Sequence[_Tag]:
    return _Reader(page).tags


def _forms(tags: Sequence[_Tag], path: str, sent: QueryDict) -> Iterator[Sequence[_Tag]]:
    """The tags of each form that goes to this address with these hidden values."""
    for at, tag in enumerate(tags):
        if tag.name == "form" and tag.opens and tag.attributes.get("action", path) in (path, "", None):
            end = next(
                (to for to, one in enumerate(tags[at:], at) if one.name == "form" and not one.opens), at
            )
            form = tags[at:end]
            hidden = [
                one
                for one in form
                if one.value("type") == "hidden" and one.value("value") and one.value("name") not in ANEW
            ]
            if all(one.value("value") in sent.getlist(one.value("name")) for one in hidden):
                yield form


def _unfolded(tags: Sequence[_Tag], form: _Tag) -> Iterator[_Edit]:
    for one in (tags[number] for number in form.inside):
        if one.name == "details":
            yield _Edit(one.start, one.end, one.written(open=True))


def _wrong(form: Sequence[_Tag], error: CareloomError | None, fields: Mapping[str, str]) -> _Tag | None:
    """The field that an error names, by its own name or by the form's."""
    where = error.where if isinstance(error, InputError) else ""
    named = {one.value("name"): one for one in reversed(form) if _holds(one)}
    return named.get(where) or named.get(fields.get(where, ""))


def _as_sent(page: str, form: Sequence[_Tag], sent: QueryDict, wrong: _Tag | None) -> Iterator[_Edit]:
    """Each field as it was sent, the nth of a name with the nth value. What wasn't sent stays, but a tick that wasn't sent is none."""
    values = {name: iter(given) for name, given in sent.lists()}
    chosen = ""
    for tag, after in zip(form, (*form[1:], form[-1]), strict=True):
        marks: dict[str, str | bool] = {}
        if tag is wrong:
            told = " ".join((*tag.value("aria-describedby").split(), WRONG))
            marks = {"aria-invalid": "true", "aria-describedby": told, "autofocus": True}
        if tag.name == "option" and tag.opens and chosen:
            value = tag.attributes.get("value")
            value = unescape(page[tag.end : after.start]).strip() if value is None else value
            marks["selected"] = value == chosen
        elif _holds(tag):
            name = tag.value("name")
            if tag.value("type") in TICKED:
                marks["checked"] = (tag.value("value") or "on") in sent.getlist(name)
            elif (value := next(values.get(name, iter(())), None)) is not None:
                chosen = value if tag.name == "select" else ""
                if tag.name == "input":
                    marks["value"] = value
                elif tag.name == "textarea":
                    # A browser leaves the first line break of a textarea out.
                    yield _Edit(tag.end, after.start, f"\n{escape(value)}")
        elif tag.name == "select":
            chosen = ""
        if marks:
            yield _Edit(tag.start, tag.end, tag.written(**marks))


def _holds(tag: _Tag) -> bool:
    """Whether somebody types or chooses here what may be given back."""
    return (
        tag.name in FIELDS
        and tag.opens
        and tag.value("type") not in NEVER
        and tag.value("autocomplete") not in SECRET
        and bool(tag.value("name"))
    )


def _beside(form: Sequence[_Tag], field: _Tag) -> int:
    """Where words about a field stand: behind the legend of ticks, behind the label around a field, else behind the field."""
    at = form.index(field)
    if field.value("type") in TICKED:
        legends = [one.end for one in form[:at] if one.name == "legend" and not one.opens]
        fieldset = [one.name for one in form[:at] if one.name == "fieldset"]
        if legends and len(fieldset) % 2:
            return legends[-1]
    labels = [one.opens for one in form[:at] if one.name == "label"]
    closes = "label" if labels and labels[-1] else field.name if field.name != "input" else ""
    return next((one.end for one in form[at:] if one.name == closes and not one.opens), field.end)


def _edited(page: str, edits: Iterable[_Edit]) -> str:
    parts, done = [], 0
    for one in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += [page[done : one.start], one.words]
        done = one.end
    return "".join((*parts, page[done:]))
