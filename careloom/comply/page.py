"""Page: a pack as one HTML file that needs nothing beside it: the summary with every red line first, then part by part."""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from careloom.care.compliance import WORDS, Evidence, Grid, Pack, Part, Requirement, Screen, Verdict
from careloom.comply.changes import Change, sentences

STYLE = (Path(__file__).parent / "page.css").read_text("utf-8")
SHAPES = {
    Verdict.MET: "✓",
    Verdict.SAID: "✎",
    Verdict.PARTLY: "▲",
    Verdict.NOT_MET: "✗",
    Verdict.PERSON: "?",
    Verdict.NOT_APPLICABLE: "–",
}
DEMO = "A DEMO SITE: everybody in it is invented. Nothing here says anything about a real organisation."
NO_ADVICE = (
    "What a rule asks is told in our own words; the rule's own text counts, and counsel reads it. Verdicts are computed from the running system when the "
    "pack was made, but for those that rest on a person's word, which name her and the day. A pack is evidence, not a certificate."
)


def as_html(pack: Pack, sha256: str, changes: Iterable[Change] = ()) -> str:
    """The whole page. `sha256` is that of the pack's JSON, `changes` what changed since the pack before."""
    return "".join(_page(pack, sha256, tuple(changes)))


def _page(pack: Pack, sha256: str, changes: tuple[Change, ...]) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Compliance pack, {pack.made:%Y-%m-%d}</title><style>{STYLE}</style></head><body><main>"
    yield "<h1>Compliance pack</h1>"
    if pack.demo:
        yield f'<p class="red"><strong>{DEMO}</strong></p>'
    yield (
        f"<p>{escape(pack.organisation)} · Careloom {escape(pack.release)} · made {pack.made:%Y-%m-%d %H:%M %Z} by {escape(pack.by)}<br>"
        f"<small>SHA-256 of its JSON: <code>{sha256}</code></small></p><p>{NO_ADVICE}</p>"
    )
    yield from _summary(pack, changes)
    for number, part in enumerate(pack.parts, start=1):
        yield from _part(number, part)
    yield "</main></body></html>"


def _summary(pack: Pack, changes: tuple[Change, ...]) -> Iterator[str]:
    counts, reds = pack.counts(), pack.reds()
    yield '<section id="summary"><h2>Summary</h2><ul class="counts">'
    for verdict, number in counts.items():
        yield f'<li class="{verdict}"><b>{number}</b> {SHAPES[verdict]} {escape(WORDS[verdict])}</li>'
    yield "</ul>"
    yield _counts_by_part(pack)
    if changes:
        yield "<h3>What changed since the pack before</h3><ul>"
        for said, worse in sentences(changes):
            red = ' class="red"' if worse else ""
            yield f"<li{red}>{escape(said)}</li>"
        yield "</ul>"
    yield f"<h3>What isn't met: {len(reds)}</h3>"
    if reds:
        yield '<ol class="reds">'
        for part, one in reds:
            yield (
                f'<li>{escape(part.title)}: <a href="#{_anchor(part, one)}">{escape(one.section)} {escape(one.title)}</a>: '
                f'<strong class="red">{escape(WORDS[one.verdict])}</strong>. {escape(one.why)}</li>'
            )
        yield "</ol>"
    else:
        yield "<p>Nothing.</p>"
    yield "</section>"


def _counts_by_part(pack: Pack) -> str:
    rows = []
    for number, part in enumerate(pack.parts, start=1):
        found = [one.verdict for one in part.requirements]
        cells = "".join(f"<td>{found.count(verdict) or ''}</td>" for verdict in Verdict)
        rows.append(
            f'<tr><th scope="row"><a href="#part-{part.key}">{number}. {escape(part.title)}</a></th>{cells}</tr>'
        )
    head = "".join(f'<th scope="col">{escape(WORDS[verdict])}</th>' for verdict in Verdict)
    return f'<div class="wide"><table><caption>By part</caption><thead><tr><th scope="col">Part</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _part(number: int, part: Part) -> Iterator[str]:
    yield f'<section id="part-{part.key}"><h2>{number}. {escape(part.title)}</h2><p class="source">{escape(part.source)}</p>'
    for words in part.lead:
        yield f"<p>{escape(words)}</p>"
    for one in part.requirements:
        yield from _requirement(part, one)
    for grid in part.grids:
        yield from _grid(grid)
    for screen in part.screens:
        yield from _screen(screen)
    yield "</section>"


def _requirement(part: Part, one: Requirement) -> Iterator[str]:
    need = f' <span class="need">{escape(one.need)}</span>' if one.need else ""
    yield f'<article id="{_anchor(part, one)}" class="{one.verdict}"><h3>{escape(one.title)}{need}</h3>'
    yield f'<p class="verdict">{SHAPES[one.verdict]} <strong>{escape(WORDS[one.verdict])}</strong>. {escape(one.why)}</p>'
    yield f'<p class="asks"><small>{escape(one.section)} ({escape(one.year)}).</small> {escape(one.asks)}</p>'
    if one.evidence:
        yield "<ul>"
        yield from map(_evidence, one.evidence)
        yield "</ul>"
    if one.question:
        yield f'<p class="asks"><small>Asked of a person:</small> {escape(one.question)}</p>'
    if one.said:
        words = f": “{escape(one.said.words)}”" if one.said.words else ""
        yield f"<p><small>{escape(one.said.who)}, {one.said.at:%Y-%m-%d}, said {escape(one.said.answer.replace('_', ' '))}{words}</small></p>"
    yield "</article>"


def _evidence(one: Evidence) -> str:
    shape = {True: "✓", False: "✗", None: "·"}[one.holds]
    red = ' class="red"' if one.holds is False else ""
    word = " (does not bear it out)" if one.holds is False else ""
    link = f" · page {escape(one.link)}" if one.link else ""
    return (
        f"<li{red}>{shape} {escape(one.what)}: <b>{escape(one.value)}</b>{word} "
        f"<small>from {escape(one.where)}, {one.measured:%Y-%m-%d %H:%M}{link}</small></li>"
    )


def _grid(grid: Grid) -> Iterator[str]:
    if not grid.rows:
        yield f"<h3>{escape(grid.title)}</h3><p>{escape(grid.note)}</p>"
        return
    yield f'<div class="wide"><table><caption>{escape(grid.title)}</caption><thead><tr>'
    yield "".join(f'<th scope="col">{escape(one)}</th>' for one in grid.head)
    yield "</tr></thead><tbody>"
    for at, row in enumerate(grid.rows):
        red = ' class="red"' if at in grid.red else ""
        yield f"<tr{red}>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
    yield "</tbody></table></div>"
    if grid.note:
        yield f"<p><small>{escape(grid.note)}</small></p>"


def _screen(screen: Screen) -> Iterator[str]:
    yield f'<div class="wide"><table class="screen"><caption>{escape(screen.title)}</caption>'
    yield '<thead><tr><th scope="col">What the reviewer reads</th><th scope="col">What stands beside it as its basis</th></tr></thead><tbody>'
    for line in screen.lines:
        basis = "".join(f"<li>{escape(one)}</li>" for one in line.basis) or '<li class="red">nothing</li>'
        guideline = f"<p><small>Guideline: {escape(line.guideline)}</small></p>" if line.guideline else ""
        yield f"<tr><td>{escape(line.text)}</td><td><ul>{basis}</ul>{guideline}</td></tr>"
    yield "</tbody></table></div>"
    if screen.picture:
        alt = f"A picture of {screen.title}. Its lines, with what they rest on, stand in the table before it."
        yield f'<figure><img src="data:image/png;base64,{escape(screen.picture)}" alt="{escape(alt)}"><figcaption>{escape(screen.pictured)}</figcaption></figure>'
    elif screen.pictured:
        yield f'<p class="red">{escape(screen.pictured)}</p>'


def _anchor(part: Part, one: Requirement) -> str:
    return escape(f"{part.key}-{one.key}".replace(" ", "-"))
