"""Texts for patients as the page about them shows them: every line with its slots marked, and who approved it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import ContentClass
from careloom.care.texts import ApprovableText
from careloom.store.approvals import Approval
from careloom.web.present.kinds import named
from careloom.web.present.words import ROLES, Mark, moment
from careloom.web.saying import later

LANGUAGES = {"en": later("English"), "es": later("Spanish")}
_SLOT = re.compile(r"(\{\w+\})")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line; a `slot` is filled in for each patient."""

    words: str
    slot: bool


@dataclass(frozen=True, slots=True)
class TextRow:
    """One version of a text; `language` is its code, `digest` names the very words that were read."""

    name: str
    title: str
    language: str
    lines: tuple[tuple[Part, ...], ...]
    mark: Mark
    said: str
    approved: bool
    digest: str
    unread: bool


def text_rows(
    texts: Iterable[tuple[ApprovableText, Approval | None]], users: Mapping[str, str], now: datetime
) -> tuple[TextRow, ...]:
    """The texts: those that nobody has approved first."""
    rows = [_row(text, said, users, now) for text, said in texts]
    return tuple(sorted(rows, key=lambda row: row.approved))


def _row(text: ApprovableText, said: Approval | None, users: Mapping[str, str], now: datetime) -> TextRow:
    approved = bool(said and said.approved)
    mark = Mark("✓", "approved", "ok") if approved else Mark("○", gettext("not approved"), "plain")
    unread = text.content_class is ContentClass.ADMINISTRATIVE
    return TextRow(
        name=text.name,
        title=gettext("{title}, {language}, version {version}").format(
            title=named(text.kind).title,
            language=LANGUAGES.get(text.language, text.language),
            version=text.version,
        ),
        language=text.language,
        lines=tuple(
            tuple(Part(one.strip("{}"), one.startswith("{")) for one in _SLOT.split(line) if one)
            for line in text.lines.values()
        ),
        mark=mark,
        said=_said(said, users, now) if said else "",
        approved=approved,
        digest=text.digest,
        unread=unread,
    )


def _said(said: Approval, users: Mapping[str, str], now: datetime) -> str:
    word = gettext("Approved") if said.approved else gettext("Taken back")
    role = ROLES.get(said.role, said.role.replace("_", " "))
    return gettext("{word} by {person}, {role}, {when}").format(
        word=word, person=users.get(said.who, said.who), role=role, when=moment(said.at, now)
    )
