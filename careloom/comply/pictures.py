"""Pictures: the first page of a document as the product prints it, and a card at an EHR's hook, as pictures for whoever reads the pack."""

import json
from collections.abc import Mapping
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

# Dots an inch, and how many tones: text stays legible, a page about 100 kB.
DOTS, TONES = 100, 16
# A tone that is a mark; how much of a page's height may be blank before that is cut, how much a foot takes, and how much stays below the last line.
MARK, BLANK, FOOT, MARGIN = 40, 0.15, 0.05, 24
FOLDER = Path(__file__).parent
PAGE = '#set page(width: 216mm, height: 279mm, margin: 0pt)\n#image("page.pdf", page: 1, width: 100%, height: 100%, fit: "contain", alt: "a printed page")'


def picture(pdf: bytes) -> bytes:
    """A PNG of a PDF's first page; the same page gives the same bytes."""
    # Made late: they are libraries of many megabytes.
    import typst

    with TemporaryDirectory(prefix="careloom-") as folder:
        here = Path(folder)
        (here / "page.pdf").write_bytes(pdf)
        (here / "page.typ").write_text(PAGE, "utf-8")
        made = typst.compile(here / "page.typ", root=here, ignore_system_fonts=True, format="png", ppi=DOTS)
    return _small(made)


def card_picture(card: Mapping[str, object]) -> bytes:
    """A PNG of a card: `indicator` (critical, warning or info), `summary`, `told`, `rests` (what it rests on), `source`, `offers`, `reasons`."""
    import typst

    told = {"document": json.dumps(card, ensure_ascii=False)}
    made = typst.compile(
        FOLDER / "card.typ", root=FOLDER, ignore_system_fonts=True, format="png", ppi=DOTS, sys_inputs=told
    )
    return _small(made)


def _small(made: bytes | list[bytes]) -> bytes:
    """Few tones, and of a page no more than is written on: what is blank between its last line and its foot is cut."""
    from PIL import Image, ImageChops

    shown = Image.open(BytesIO(made if isinstance(made, bytes) else made[0])).convert("RGB")
    marks = ImageChops.invert(shown.convert("L")).point(lambda tone: 255 if tone > MARK else 0)
    rows = [at for at in range(shown.height) if marks.crop((0, at, shown.width, at + 1)).getbbox()]
    gaps = [(after - at, at) for at, after in pairwise(rows)]
    blank, last = max(gaps, default=(0, 0))
    if blank > shown.height * BLANK and rows[-1] - last - blank < shown.height * FOOT:
        shown = shown.crop((0, 0, shown.width, last + MARGIN))
    kept = BytesIO()
    shown.quantize(TONES).save(kept, "PNG", optimize=True)
    return kept.getvalue()
