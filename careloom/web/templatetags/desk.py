"""Filters that keep together on one line what is read together."""

import re
from collections.abc import Iterable
from functools import lru_cache
from uuid import uuid4

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from careloom.web.present import scripts
from careloom.web.present.told import Said
from careloom.web.present.words import LEGEND, Mark

register = template.Library()
# The field that holds a form's own name.
FORM = "form"
# An ISO date, or a number with the unit after it.
WHOLE = re.compile(
    r"(\d{4}-\d{2}(?:-\d{2})?|\d[\d.,/]* ?(?:%|m[a-zA-Z]*/(?:m[a-zA-Z]+|dL|L)(?:/1\.73 m[2²])?|mmHg|mg|mcg|mL|kg)(?!\w))"
)


@register.simple_tag
def legend() -> tuple[Mark, ...]:
    """Every mark that a line, finding or plan may carry, with what it means."""
    return LEGEND


@register.simple_tag
def keys_help() -> SafeString:
    """Every key with what it does, in the reader's language; it stands on each page and is the same on all."""
    return _keys_help(get_language() or "")


@lru_cache(maxsize=8)
def _keys_help(_language: str) -> SafeString:
    return render_to_string("web/_keys.html")


@register.simple_tag
def once() -> SafeString:
    """In a form that counts once: the name by which the site knows it again when the same form is sent a second time."""
    return format_html('<input type="hidden" name="{}" value="{}">', FORM, uuid4().hex)


@register.simple_tag
def script_words() -> SafeString:
    """What the page's scripts say, in the reader's language."""
    return scripts.words()


@register.filter
def unbroken(text: str) -> SafeString:
    """The text, escaped, in which no date and no number with its unit is broken over two lines."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="nowrap">{}</span>', piece) if number % 2 else piece,)
            for number, piece in enumerate(WHOLE.split(str(text)))
        ),
    )


@register.filter
def told(pieces: Iterable[Said]) -> SafeString:
    """A sentence in the reader's language, in which what stays English says so to whoever listens."""
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<span lang="en">{}</span>', unbroken(one.words))
                if one.english
                else unbroken(one.words),
            )
            for one in pieces
        ),
    )
