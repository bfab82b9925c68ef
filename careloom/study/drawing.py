"""Drawing: the look that all charts of studies share, a chart over its rows, and a chart as SVG."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from altair import Chart

FONT = "DejaVu Sans Mono, Libertinus Serif, sans-serif"
INK, PAPER = "#1f2a2e", "#ffffff"


def over(rows: Sequence[dict[str, Any]]) -> "Chart":
    """A chart over rows by their columns' names, with no mark yet."""
    import altair as alt

    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]  # altair's Data has no types


def as_svg(chart: Any) -> str:
    """The chart as SVG, drawn without a browser and without a network."""
    import vl_convert

    plain = chart.configure(font=FONT, background=PAPER).configure_view(stroke=None)
    made = vl_convert.vegalite_to_svg(plain.to_dict(validate=False), allowed_base_urls=[])
    assert isinstance(made, str)
    return made
