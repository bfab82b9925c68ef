"""The speed promise of X12: the published examples under ../shared/data, against x12sdk reading the same files."""

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from bench.measure import Row, once, pairs

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT.parent / "shared" / "data" / "x12"
KINDS = ("837", "837i", "835", "834", "270", "271", "276", "277")
# x12sdk refuses this one for a date qualifier that its guide doesn't have; it stops there and would seem fast.
REFUSED = "enroll-employee-managed-care.834"
MOST = 1.5


def rows(home: Path) -> Iterable[Row]:
    """Reading with every check of envelope, guide and sums, against x12sdk's models."""
    del home
    from x12sdk.io import X12ModelReader

    from careloom.care.entry import Message
    from careloom.connect import x12

    found = sorted(one for one in EXAMPLES.rglob("*") if one.suffix.removeprefix(".") in KINDS)
    files = [one for one in found if one.name != REFUSED]
    if not files:
        print("bench: the X12 examples are absent; X12 was not measured")
        return

    def ours() -> None:
        for file in files:
            data = file.read_bytes()
            message = Message(hashlib.sha256(data).hexdigest(), "bench", "x12")
            assert list(x12.read(message, io.BytesIO(data)))

    def theirs() -> None:
        for file in files:
            with X12ModelReader(str(file)) as reader:
                assert list(reader.models())

    cpu, wall = pairs(ours, theirs, 7)
    yield (
        f"X12: {len(files)} files to checked entries, against x12sdk",
        f"{1 / cpu:.2f} of its CPU time, {1 / wall:.2f} of its wall time",
        f"at most {MOST}",
        1 / cpu <= MOST and 1 / wall <= MOST,
    )
    yield from long()


def long() -> Iterable[Row]:
    """One file of many claims: how fast, for the record."""
    from careloom.care.entry import Message
    from careloom.connect import x12

    example = (
        EXAMPLES / "linuxforhealth-x12/src/tests/resources/837_005010X222A2/demo.example1.837"
    ).read_text()
    lines = example.replace("\n", "").split("~")
    start = next(place for place, one in enumerate(lines) if one.startswith("CLM"))
    end = next(place for place, one in enumerate(lines) if one.startswith("SE*"))
    number = 5_000
    trailer = [f"SE*{start - 2 + (end - start) * number + 1}*{lines[2].split('*')[2]}", *lines[end + 1 :]]
    data = "~\n".join([*lines[:start], *lines[start:end] * number, *trailer]).encode()
    message = Message(hashlib.sha256(data).hexdigest(), "bench", "x12")
    cost = once(lambda: sum(1 for _ in x12.read(message, io.BytesIO(data))))
    yield (
        f"X12: one 837 of {number:,} claims ({len(data) / 1e6:.1f} MB)",
        f"{cost.cpu:.1f} s CPU, {len(data) / 1e6 / cost.cpu:.2f} MB a second",
        "(told)",
        True,
    )
