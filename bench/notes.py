"""The speed promise of notes: sentences read whole (needs, drugs, problems, allergies, remarks) a CPU-second."""

import csv
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from bench.measure import Row, calibrate, median

SENTENCES = Path(__file__).parent.parent.parent / "shared" / "data" / "sdoh" / "AIM-Harvard-SDoH"
PROMISED = 2_000
# A text ten times as long may take so many times as long.
GROWTH = 16


def rows(home: Path) -> Iterable[Row]:
    """Each sentence as a note of its own, and notes without line breaks or full stops as they grow."""
    del home
    from careloom import knowledge
    from careloom.care.entry import Entry, Source
    from careloom.connect.said import said

    known = knowledge.load()

    def told(text: str) -> int:
        source = Source("0" * 64, "note", "bench")
        return len(said(Entry(id="note", kind="DocumentReference", source=source, text=text), known))

    yield from _growth(told)
    if not SENTENCES.exists():
        print("bench: the labelled sentences are absent; the speed of notes was not measured")
        return
    with (SENTENCES / "Iteration_1.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    slower = calibrate()
    rate = slower * len(texts) / median(lambda: [told(text) for text in texts]).cpu
    yield (
        f"notes, {len(texts)} sentences, each a note of its own",
        f"{rate:,.0f} a CPU-second (machine {slower:.2f} times the reference)",
        f"at least {PROMISED:,}",
        rate >= PROMISED,
    )


def _growth(told: Callable[[str], int]) -> Iterable[Row]:
    line = "She has no ride to the clinic and takes metformin 500 mg daily, her son lost his job, allergic to penicillin "
    for name, piece in (
        ("one line without a full stop", line),
        ("wrapped lines", f"{line}\n"),
        ("full stops", ". "),
    ):
        texts = [piece * (size // len(piece)) for size in (20_000, 200_000)]
        few, many = (median(partial(told, text), 3).cpu for text in texts)
        yield (
            f"a note of 200 kB, {name}",
            f"{many / few:.1f} times the time of 20 kB",
            f"at most {GROWTH}",
            many / few <= GROWTH,
        )
