"""`make bench [PARTS…]`: every speed promise, peer and product in alternation in one run, printed as a table."""

import os
import sys
import tempfile
from pathlib import Path

import django
from rich.console import Console
from rich.table import Table

from bench import (
    back_test,
    ccda,
    deid,
    delivery,
    drift,
    facade,
    hl7v2,
    hooks,
    kinds,
    knowledge,
    listener,
    main_job,
    matching,
    notes,
    quality,
    record,
    review,
    reviewers,
    safety,
    studies,
    worklist,
    writeback,
    x12,
)

PARTS = {
    "main_job": main_job.rows,
    "hl7v2": hl7v2.rows,
    "listener": listener.rows,
    "x12": x12.rows,
    "ccda": ccda.rows,
    "notes": notes.rows,
    "record": record.rows,
    "safety": safety.rows,
    "knowledge": knowledge.rows,
    "matching": matching.rows,
    "delivery": delivery.rows,
    "kinds": kinds.rows,
    "worklist": worklist.rows,
    "facade": facade.rows,
    "review": review.rows,
    "reviewers": reviewers.rows,
    "hooks": hooks.rows,
    "writeback": writeback.rows,
    "studies": studies.rows,
    "quality": quality.rows,
    "back_test": back_test.rows,
    "deid": deid.rows,
    "drift": drift.rows,
}


def main(names: list[str]) -> int:
    """Measure, print, and say by the exit code whether every promise holds."""
    unknown = set(names) - set(PARTS)
    if unknown:
        print(f"bench: the parts are {', '.join(PARTS)}")
        return 64
    table = Table("what", "measured", "promised", "holds", box=None)
    held = True
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"CARELOOM_HOME": home, "CARELOOM_MODEL": "none", "CARELOOM_SYNCHRONOUS": "FULL"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
        django.setup()
        from careloom.cli import settle
        from careloom.store.database import prepare

        prepare(Path(home))
        settle()
        for name in names or PARTS:
            for what, measured, promised, holds in PARTS[name](Path(home)):
                table.add_row(what, measured, promised, "yes" if holds else "NO")
                held = held and holds
    Console(width=150).print(table)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
