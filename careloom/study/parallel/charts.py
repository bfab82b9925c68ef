"""A parallel run drawn: what stands in both documents, in one alone and against each other, week by week. The table under it has the numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from careloom.study.drawing import as_svg, over
from careloom.study.parallel.outcome import Week

WIDTH, HEIGHT = 380, 200
# From the quiet to the loud, each told from its neighbours in grey, too.
COLOURS: Mapping[str, str] = {
    "both": "#bcd3d3",
    "only_hand": "#8a6a1f",
    "only_draft": "#0b6b6b",
    "against": "#7a1f2b",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What the chart says in the reader's language: its axes, and by their names what its bars are made of."""

    week: str
    lines: str
    kinds: Mapping[str, str]


def by_week(weeks: Sequence[Week], words: Words) -> str:
    """The lines of both documents of each week's cases, as bars; "" where no week has a line."""
    counted = [(one.number, kind, getattr(one, kind)) for one in weeks for kind in COLOURS]
    if not any(number for _, _, number in counted):
        return ""
    import altair as alt

    rows = [
        {"week": week, "kind": str(words.kinds[kind]), "lines": number, "place": place}
        for place, (week, kind, number) in enumerate(counted)
    ]
    names = [str(words.kinds[kind]) for kind in COLOURS]
    bars = (
        over(rows)
        .mark_bar(size=26, stroke="#ffffff", strokeWidth=1)
        .encode(
            x=alt.X("week:O", title=words.week, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("lines:Q", title=words.lines),
            color=alt.Color(
                "kind:N", title=None, scale=alt.Scale(domain=names, range=list(COLOURS.values()))
            ),
            order="place:Q",
        )
    )
    return as_svg(bars.properties(width=WIDTH, height=HEIGHT))
