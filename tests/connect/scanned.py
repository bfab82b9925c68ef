"""Papers as they come by fax: a page of text as an image, and as a PDF with a text layer."""

import ctypes
import io

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

LETTER = """Lakeside Cardiology
Patient Name: Marta Quill
Date of Birth: 06/30/1949
Date of Service: 10/09/2026

Dear colleague,
She takes metoprolol 50 mg twice a day.
She is allergic to penicillin: hives.
"""


def image(text: str = LETTER, kind: str = "PNG") -> bytes:
    """The text, typed on white paper."""
    paper = Image.new("L", (1700, 1100), 255)
    draw = ImageDraw.Draw(paper)
    draw.multiline_text((120, 100), text, fill=0, font=ImageFont.load_default(size=36), spacing=14)
    out = io.BytesIO()
    paper.save(out, kind, dpi=(200, 200))
    return out.getvalue()


def pdf(text: str = LETTER, *, scanned: bool = False) -> bytes:
    """A PDF of one page: with a text layer, or with nothing but the image of the text."""
    if scanned:
        out = io.BytesIO()
        Image.open(io.BytesIO(image(text))).save(out, "PDF", resolution=200)
        return out.getvalue()
    lines = "".join(f"({line}) Tj T* ".replace("(patient)", "") for line in text.splitlines())
    stream = f"BT /F1 12 Tf 72 720 Td 16 TL {lines} ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    )


def bound(*papers: bytes) -> bytes:
    """One PDF of the pages of several."""
    whole = pdfium.PdfDocument.new()
    for paper in papers:
        whole.import_pages(pdfium.PdfDocument(paper))
    return _saved(whole)


def stamped(paper: bytes, text: str, *, unseen: bool = False) -> bytes:
    """A PDF with lines of text laid over its first page, as a fax server stamps them or a scanner hides them."""
    document = pdfium.PdfDocument(paper)
    page = document[0]
    for number, line in enumerate(text.splitlines()):
        laid = pdfium.raw.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", 10)
        letters = (line + "\0").encode("utf-16-le")
        pdfium.raw.FPDFText_SetText(laid, ctypes.cast(letters, pdfium.raw.FPDF_WIDESTRING))
        pdfium.raw.FPDFPageObj_Transform(laid, 1, 0, 0, 1, 20, page.get_height() - 14 * (number + 1))
        if unseen:
            pdfium.raw.FPDFTextObj_SetTextRenderMode(laid, pdfium.raw.FPDF_TEXTRENDERMODE_INVISIBLE)
        pdfium.raw.FPDFPage_InsertObject(page.raw, laid)
    pdfium.raw.FPDFPage_GenerateContent(page.raw)
    return _saved(document)


def _saved(document: pdfium.PdfDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
