"""The speed promise of C-CDA: reading to entries, faults told, against the converter that it replaces."""

import hashlib
import io
import logging
import warnings
from collections.abc import Iterable
from pathlib import Path

from bench.measure import Row, pairs

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

    cpu, wall = pairs(ours, theirs)
    logging.disable(logging.NOTSET)
    yield (
        f"C-CDA to entries with its faults, {len(taken)} of {len(documents)} documents, against ccda-to-fhir",
        f"{1 / cpu:.2f} of its time in CPU, {1 / wall:.2f} in wall time",
        f"at most {BOUND}",
        1 / cpu <= BOUND and 1 / wall <= BOUND,
    )


def _converts(convert: object, data: bytes) -> bool:
    try:
        convert(data.decode())  # type: ignore[operator]
    except Exception:
        return False
    return True
