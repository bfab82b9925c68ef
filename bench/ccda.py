"""The speed promise of C-CDA: reading to entries, faults told, against the converter that it replaces."""

import hashlib
import io
import logging
import warnings
from collections.abc import Iterable
from pathlib import Path

from bench.measure import Row, median, pairs

SAMPLES = Path(__file__).parent.parent.parent / "shared" / "data" / "ccda"
BOUND = 1.5


def rows(home: Path) -> Iterable[Row]:
    """Every document that both can take, in alternation."""
    del home
    if not SAMPLES.exists():
        print("bench: the C-CDA samples are absent; their reading was not measured")
        return
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    from ccda_to_fhir import convert_document

    from careloom.care.entry import Message
    from careloom.connect import ccda

    documents = [path.read_bytes() for path in sorted(SAMPLES.rglob("*.xml"))]
    documents = [data for data in documents if b"<ClinicalDocument" in data and b"<recordTarget" in data]
    taken = [data for data in documents if _converts(convert_document, data)]
    messages = [(Message(hashlib.sha256(data).hexdigest(), "bench", "ccda"), data) for data in taken]

    def ours() -> None:
        for message, data in messages:
            list(ccda.read(message, io.BytesIO(data), max_mb=64))

    def theirs() -> None:
        for data in taken:
            convert_document(data.decode())

    yield from _growth()
    cpu, wall = pairs(ours, theirs)
    logging.disable(logging.NOTSET)
    yield (
        f"C-CDA to entries with its faults, {len(taken)} of {len(documents)} documents, against ccda-to-fhir",
        f"{1 / cpu:.2f} of its time in CPU, {1 / wall:.2f} in wall time",
        f"at most {BOUND}",
        1 / cpu <= BOUND and 1 / wall <= BOUND,
    )


RESULT = (
    '<entry><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.2"/>'
    '<code code="4548-4" codeSystem="2.16.840.1.113883.6.1" displayName="test {0}"/><statusCode code="completed"/>'
    '<effectiveTime value="20260304"/><value xsi:type="PQ" value="7" unit="%"/></observation></entry>'
)


def _growth() -> Iterable[Row]:
    """A section of ten times as many entries, each with a row of text beside it."""
    from careloom.care.entry import Message
    from careloom.connect import ccda

    def read(count: int) -> None:
        rows_of_text = "".join(f"<tr><td>row {n}</td></tr>" for n in range(count))
        document = (
            '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><recordTarget/>'
            f"<component><structuredBody><component><section><text><table>{rows_of_text}</table></text>"
            f"{''.join(RESULT.format(n) for n in range(count))}</section></component></structuredBody></component></ClinicalDocument>"
        )
        list(ccda.read(Message("0" * 64, "bench", "ccda"), io.BytesIO(document.encode()), max_mb=64))

    few, many = median(lambda: read(500), 3), median(lambda: read(5_000), 3)
    ratio = many.cpu / few.cpu
    yield ("C-CDA with ten times the entries", f"{ratio:.1f} times the time", "at most 13", ratio <= 13)


def _converts(convert: object, data: bytes) -> bool:
    try:
        convert(data.decode())  # type: ignore[operator]
    except Exception:
        return False
    return True
