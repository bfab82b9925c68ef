"""The pages of a scan, each as text: its text layer, else what optical recognition reads off its image."""

import io
from collections.abc import Iterator
from contextlib import closing

import pypdfium2 as pdfium
from PIL import Image, UnidentifiedImageError

from careloom.care.entry import Rejection
from careloom.connect.scan.ocr import Unreadable, recognise
from careloom.connect.scan.page import PDF, Page
from careloom.errors import InputError

MOST_PAGES = 300
# What a page may have, so that a small file does not unfold into the memory: 400 dpi of a large sheet.
MOST_PIXELS = 40_000_000
# Resolution at which a page without a text layer is drawn: what Tesseract's manual asks for.
DPI = 300
# Points across of a picture that a person compares with what was read.
WIDE = 1200
# A text layer of fewer letters is a stamp on an image (a fax header), not the page's text; where an image covers most
# of the page, so are more.
LETTERS = 40
STAMPED = 300
MOST_OF_IT = 0.5
MORE = 1.25


def pages(data: bytes) -> Iterator[Page | Rejection]:
    """Each page, or why it can't be read. Raises InputError where the file as a whole can't be."""
    yield from _pdf_pages(data) if PDF in data[:1024] else _image_pages(data)


def layers(data: bytes) -> Iterator[str]:
    """As `scan.layers`."""
    with closing(_opened(data)) as document:
        for index in range(len(document)):
            try:
                with closing(document[index]) as page, closing(page.get_textpage()) as layer:
                    text = _tidy(layer.get_text_bounded())
                    image = bool(_covered(page)) and (_unseen(page) or sum(map(str.isalnum, text)) < LETTERS)
                    yield "" if image else text
            except pdfium.PdfiumError:
                yield ""


def count(data: bytes) -> int:
    """As `scan.count`."""
    try:
        if PDF in data[:1024]:
            with closing(_opened(data)) as document:
                return len(document)
        with Image.open(io.BytesIO(data), formats=("TIFF", "PNG", "JPEG")) as image:
            return min(getattr(image, "n_frames", 1), MOST_PAGES)
    except (InputError, OSError, ValueError, Image.DecompressionBombError):
        return 0


def picture(data: bytes, number: int) -> bytes:
    """As `scan.picture`."""
    try:
        if PDF in data[:1024]:
            with closing(pdfium.PdfDocument(data)) as document, closing(document[number - 1]) as page:
                image = page.render(scale=min(2.0, WIDE / page.get_size()[0])).to_pil()
        else:
            image = Image.open(io.BytesIO(data), formats=("TIFF", "PNG", "JPEG"))
            image.seek(number - 1)
            image = image.convert("L")
    except (pdfium.PdfiumError, OSError, ValueError, EOFError, IndexError):
        raise InputError("there is no such page") from None
    image.thumbnail((WIDE, WIDE * 2))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        words = "is protected by a password" if "assword" in str(error) else "is a damaged PDF"
        raise InputError(words, "page 1") from None
    if len(document) > MOST_PAGES:
        document.close()
        raise InputError(f"has more than {MOST_PAGES} pages", f"page {MOST_PAGES + 1}")
    return document


def _pdf_pages(data: bytes) -> Iterator[Page | Rejection]:
    with closing(_opened(data)) as document:
        for index in range(len(document)):
            yield _pdf_page(document, index)


def _pdf_page(document: pdfium.PdfDocument, index: int) -> Page | Rejection:
    number = index + 1
    try:
        with closing(document[index]) as page, closing(page.get_textpage()) as layer:
            text = _tidy(layer.get_text_bounded())
            letters, covered = sum(map(str.isalnum, text)), _covered(page)
            if letters >= LETTERS and covered and _unseen(page):
                # What a scanner's own recognition laid invisibly below its image was read by a machine too.
                return Page(number, text, recognised=True)
            if not covered or letters >= (STAMPED if covered > MOST_OF_IT else LETTERS):
                return Page(number, text, recognised=False)
            image = _drawn(page)
    except pdfium.PdfiumError:
        return Rejection(f"page {number}", "is damaged")
    found = _recognised(image, number)
    more = isinstance(found, Page) and sum(map(str.isalnum, found.text)) > MORE * letters
    # Of paper with a picture behind its text the layer says all that a machine reads off it.
    return found if more or letters < LETTERS else Page(number, text, recognised=False)


def _drawn(page: pdfium.PdfPage) -> Image.Image:
    width, height = page.get_size()
    scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    drawn: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return drawn


def _covered(page: pdfium.PdfPage) -> float:
    """How much of a page its largest image covers, 0 to 1; a little where it has any."""
    width, height = page.get_size()
    share = 0.0
    for one in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = one.get_bounds()
        share = max(share, (right - left) * (top - bottom) / max(width * height, 1), 0.01)
    return min(share, 1.0)


def _unseen(page: pdfium.PdfPage) -> bool:
    """Whether all text of a page is drawn invisibly (PDF 32000-1:2008, 9.3.6, text rendering mode 3)."""
    modes = [
        pdfium.raw.FPDFTextObj_GetTextRenderMode(one.raw)
        for one in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_TEXT], max_depth=4)
    ]
    return bool(modes) and all(mode == pdfium.raw.FPDF_TEXTRENDERMODE_INVISIBLE for mode in modes)


def _image_pages(data: bytes) -> Iterator[Page | Rejection]:
    try:
        image = Image.open(io.BytesIO(data), formats=("TIFF", "PNG", "JPEG"))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise InputError("is a damaged image", "page 1") from None
    with image:
        count = getattr(image, "n_frames", 1)
        if count > MOST_PAGES:
            raise InputError(f"has more than {MOST_PAGES} pages", f"page {MOST_PAGES + 1}")
        for index in range(count):
            number = index + 1
            try:
                image.seek(index)
                if image.width * image.height > MOST_PIXELS:
                    yield Rejection(f"page {number}", "has more points than a page can have")
                    continue
                frame = image.convert("L")
            except (OSError, ValueError, EOFError, SyntaxError, Image.DecompressionBombError):
                yield Rejection(f"page {number}", "is damaged")
                continue
            yield _recognised(frame, number)


def _recognised(image: Image.Image, number: int) -> Page | Rejection:
    try:
        return Page(number, _tidy(recognise(image)), recognised=True)
    except Unreadable as error:
        return Rejection(f"page {number}", str(error))


def _tidy(text: str) -> str:
    """Line ends of one kind, without the control characters that a text layer may hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\ufffe", "-")
    return "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())
