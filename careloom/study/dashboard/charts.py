"""Charts of dashboards as SVG: a p-chart with its signals, a funnel of leads, shares by group. What they show stands in a table under each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from careloom.study.dashboard.told import Group, Trend
from careloom.study.drawing import INK, as_svg, over
from careloom.study.statistics.charts import Chart
from careloom.study.statistics.funnel import FAR, NEAR, Funnel, limits

LINE, LIMIT, SIGNAL = "#0b6b6b", "#6a7579", "#8a5a00"
WIDTH, HEIGHT = 520, 220
# How many sizes the limits of a funnel are drawn for.
STEPS = 60


@dataclass(frozen=True, slots=True)
class Words:
    """What charts say in the reader's language."""

    share: str
    period: str
    number: str


def trend(found: Trend, words: Words) -> str:
    """The share of each period, the centre line, the limits, and a diamond on each point that completes a signal; "" without limits."""
    chart = found.chart
    if not isinstance(chart, Chart):
        return ""
    import altair as alt

    marked = {one.point for one in chart.signals}
    values = [
        {"period": name, "share": value, "low": low, "high": high, "signal": point in marked}
        for point, (name, value, low, high) in enumerate(
            zip(found.periods, chart.values, chart.low, chart.high, strict=True)
        )
        if value is not None
    ]
    base = over(values)
    x = alt.X("period:O", title=words.period, axis=alt.Axis(labelAngle=-45))
    y = _share(words)
    limit = [
        base.mark_line(interpolate="step", strokeDash=[4, 3], color=LIMIT).encode(
            x=x, y=alt.Y(f"{side}:Q", title=words.share)
        )
        for side in ("low", "high")
    ]
    centre = (
        over([{"centre": chart.centre}]).mark_rule(color=LIMIT).encode(y=alt.Y("centre:Q", title=words.share))
    )
    line = base.mark_line(color=LINE).encode(x=x, y=y)
    dots = base.mark_point(filled=True, size=40, color=LINE, opacity=1).encode(x=x, y=y)
    signals = (
        base.transform_filter("datum.signal")
        .mark_point(shape="diamond", size=160, filled=True, color=SIGNAL, opacity=1)
        .encode(x=x, y=y)
    )
    return as_svg(alt.layer(*limit, centre, line, dots, signals).properties(width=WIDTH, height=HEIGHT))


def leads(found: Funnel, names: Mapping[str, str], words: Words) -> str:
    """Each lead's share by number, between the limits of 95 and 99.8 %; who lies outside is named."""
    import altair as alt

    most = max(place.count.number for place in found.places.values())
    sizes = sorted({max(1, round(most * 1.1 * step / STEPS)) for step in range(1, STEPS + 1)})
    curves = [
        {"number": size, "share": edge, "curve": f"{tail}{side}", "far": tail == FAR}
        for tail in (NEAR, FAR)
        for size in sizes
        for side, edge in enumerate(limits(size, found.centre, tail))
    ]
    points = [
        {
            "number": place.count.number,
            "share": place.share,
            "name": names.get(lead, lead) if place.outside else "",
            "outside": bool(place.outside),
        }
        for lead, place in found.places.items()
    ]
    x = alt.X("number:Q", title=words.number)
    edges = (
        over(curves)
        .mark_line(color=LIMIT)
        .encode(
            x=x,
            y=_share(words),
            detail="curve:N",
            strokeDash=alt.condition("datum.far", alt.value([1, 0]), alt.value([4, 3])),
        )
    )
    base = over(points)
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=x,
        y=_share(words),
        color=alt.condition("datum.outside", alt.value(SIGNAL), alt.value(LINE)),
        shape=alt.condition("datum.outside", alt.value("diamond"), alt.value("circle")),
    )
    named = base.mark_text(align="left", dx=8, color=INK).encode(x=x, y=_share(words), text="name:N")
    return as_svg(alt.layer(edges, dots, named).properties(width=WIDTH, height=HEIGHT))


def shares(groups: Sequence[tuple[str, Group]], words: Words) -> str:
    """The share of each group that is told, with its interval; "" where none is. Each comes with its name."""
    values = [
        {"group": name, "share": one.share.value, "low": one.share.low, "high": one.share.high}
        for name, one in groups
        if one.share is not None
    ]
    if not values:
        return ""
    import altair as alt

    base = over(values)
    y = alt.Y("group:N", title=None, sort=None, axis=alt.Axis(labelLimit=220))
    rule = base.mark_rule(color=LIMIT, strokeWidth=1.5).encode(
        x=alt.X("low:Q", title=words.share, axis=alt.Axis(format=".0%")), x2="high:Q", y=y
    )
    dots = base.mark_point(filled=True, size=70, color=LINE, opacity=1).encode(
        x=alt.X("share:Q", title=words.share), y=y
    )
    return as_svg(alt.layer(rule, dots).properties(width=WIDTH - 140, height=22 * len(values) + 20))


def _share(words: Words) -> Any:
    import altair as alt

    return alt.Y("share:Q", title=words.share, axis=alt.Axis(format=".0%"), scale=alt.Scale(zero=False))
