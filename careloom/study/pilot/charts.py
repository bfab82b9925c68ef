"""Charts of a pilot as SVG: its flow, its minutes by arm, and its minutes case after case. What they show stands in a table under each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from careloom.care.pilot import Arm
from careloom.study.drawing import FONT, INK, PAPER, as_svg, over
from careloom.study.pilot.cases import CaseRow
from careloom.study.statistics.minutes import FEWEST

COLOURS = {Arm.HAND: "#8a5a00", Arm.DRAFT: "#0b6b6b"}
WIDTH, HEIGHT = 560, 260
BOX, LINE, GAP = 250, 18, 22
EDGE = "#6a7579"


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart says in the reader's language: its axes and the arms."""

    minutes: str
    order: str
    arms: Mapping[Arm, str]


def by_arm(rows: Sequence[CaseRow], words: Words) -> str:
    """Each case's minutes by arm with the median; "" where an arm has too few cases for one."""
    values = _values(rows, words)
    if not values:
        return ""
    import altair as alt

    base = over(values)
    axis = alt.X("minutes:Q", title=words.minutes)
    arm = alt.Y("arm:N", title=None, sort=list(words.arms.values()), axis=alt.Axis(labelLimit=200))
    dots = base.mark_tick(thickness=1.5, size=28, opacity=0.6).encode(x=axis, y=arm, color=_colour(words))
    middle = base.mark_point(shape="diamond", size=140, filled=True, color=INK).encode(
        x=alt.X("median(minutes):Q", title=words.minutes), y=arm
    )
    return as_svg(alt.layer(dots, middle).properties(width=WIDTH - 160, height=120))


def by_order(rows: Sequence[CaseRow], words: Words) -> str:
    """Each case's minutes by its place among the participant's cases; "" where an arm has too few."""
    values = _values(rows, words)
    if not values:
        return ""
    import altair as alt

    base = over(values)
    dots = base.mark_point(size=36, opacity=0.8).encode(
        x=alt.X("order:Q", title=words.order),
        y=alt.Y("minutes:Q", title=words.minutes),
        color=_colour(words),
        shape=alt.Shape("arm:N", title=None),
    )
    return as_svg(dots.properties(width=WIDTH - 160, height=HEIGHT - 60))


def flow(top: Sequence[str], sides: Mapping[Arm, Sequence[str]]) -> str:
    """The flow as boxes: everybody looked at and enrolled above, each arm below; the lines are said by whoever draws it."""
    high = GAP + len(top) * LINE + GAP
    below = max(map(len, sides.values())) * LINE + 2 * GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high + below + 2 * GAP}" width="{WIDTH}" height="{high + below + 2 * GAP}" font-family="{FONT}" font-size="13">',
        f'<rect x="0" y="0" width="{WIDTH}" height="{high + below + 2 * GAP}" fill="{PAPER}"/>',
        _box((WIDTH - 2 * BOX) // 2, 4, 2 * BOX, top),
    ]
    for place, (arm, lines) in enumerate(sides.items()):
        x = 10 + place * (WIDTH - BOX - 20)
        middle = x + BOX // 2
        start = high - GAP + 4
        parts.append(
            f'<line x1="{middle}" y1="{start}" x2="{middle}" y2="{high + GAP}" stroke="{COLOURS[arm]}" stroke-width="2"/>'
        )
        parts.append(_box(x, high + GAP, BOX, lines, COLOURS[arm]))
    return "".join((*parts, "</svg>"))


def _box(x: int, y: int, width: int, lines: Sequence[str], colour: str = EDGE) -> str:
    high = len(lines) * LINE + GAP
    said = "".join(
        f'<text x="{x + 12}" y="{y + 22 + number * LINE}" fill="{INK}" font-weight="{400 if number else 700}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return f'<rect x="{x}" y="{y}" width="{width}" height="{high}" rx="4" fill="{PAPER}" stroke="{colour}" stroke-width="1.5"/>{said}'


def _values(rows: Sequence[CaseRow], words: Words) -> list[dict[str, object]]:
    """What is drawn; nothing where an arm has fewer than FEWEST timed cases."""
    timed = [one for one in rows if one.finished and one.minutes and not one.minutes.left_out]
    if min(sum(one.arm is arm for one in timed) for arm in Arm) < FEWEST:
        return []
    return [
        {"arm": str(words.arms[one.arm]), "minutes": round(one.minutes.minutes, 2), "order": one.order}
        for one in timed
        if one.minutes
    ]


def _colour(words: Words) -> Any:
    import altair as alt

    names, colours = [str(words.arms[arm]) for arm in Arm], [COLOURS[arm] for arm in Arm]
    return alt.Color("arm:N", title=None, legend=None, scale=alt.Scale(domain=names, range=colours))
