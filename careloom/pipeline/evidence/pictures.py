"""Pictures of pages: each example of the worksheet checked, classed and printed by the very code that prints for patients."""

from base64 import b64encode
from dataclasses import replace

from careloom.care.compliance import Screen
from careloom.comply.pictures import picture
from careloom.errors import InputError
from careloom.pipeline.evidence.looked import Site
from careloom.pipeline.evidence.worksheet import Example, screens
from careloom.pipeline.shown import Printer, Review

NONE = "No picture: the pack was made by a process that prints nothing."


def pictured(site: Site, shown: tuple[Example, ...], printer: Printer | None) -> tuple[Screen, ...]:
    """The screens of the examples, each with the picture of its first printed page, or with the reason why there is none."""
    by_title = {one.kind.title: one for one in shown}
    return tuple(
        _with_picture(site, one, by_title[one.title.partition(",")[0]], printer) for one in screens(shown)
    )


def _with_picture(site: Site, screen: Screen, one: Example, printer: Printer | None) -> Screen:
    if printer is None:
        return replace(screen, pictured=NONE)
    try:
        _, pdf = printer(_review(one), site.at, site.settings.fonts)
    except InputError:
        return replace(
            screen, pictured="No picture: a character of it has no glyph in the fonts of this site."
        )
    told = "The first page of it as Careloom prints it, each line with its sources as footnotes; an invented person, drafted, checked and printed when the pack was made. The same on the screen: page /queue, a draft of this kind, any line."
    return replace(screen, picture=b64encode(picture(pdf)).decode(), pictured=told)


def _review(one: Example) -> Review:
    assert one.proposal is not None and one.record is not None
    return Review(one.proposal, one.record, {}, {}, (), None, ())
