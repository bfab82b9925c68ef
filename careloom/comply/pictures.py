"""Pictures: the first page of a document as the product prints it, as a picture for whoever reads the pack."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

# Dots an inch, and how many tones: text stays legible, a page about 100 kB.
DOTS, TONES = 100, 16
PAGE = '#set page(width: 216mm, height: 279mm, margin: 0pt)\n#image("page.pdf", page: 1, width: 100%, height: 100%, fit: "contain", alt: "a printed page")'


def picture(pdf: bytes) -> bytes:
    """A PNG of a PDF's first page; the same page gives the same bytes."""
    # Made late: they are libraries of many megabytes.
    import typst
    from PIL import Image

    with TemporaryDirectory(prefix="careloom-") as folder:
        here = Path(folder)
        (here / "page.pdf").write_bytes(pdf)
        (here / "page.typ").write_text(PAGE, "utf-8")
        made = typst.compile(here / "page.typ", root=here, ignore_system_fonts=True, format="png", ppi=DOTS)
    told = made if isinstance(made, bytes) else made[0]
    kept = BytesIO()
    Image.open(BytesIO(told)).convert("RGB").quantize(TONES).save(kept, "PNG", optimize=True)
    return kept.getvalue()
