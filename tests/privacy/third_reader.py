"""Run where the extra `deid` is: prints what presidio alone and all three layers find in the invented notes, what is taken wrongly, and the CPU of each."""

import json
import socket
import sys
import time
from datetime import date
from importlib import import_module

from careloom.privacy.scrub import spans_of
from careloom.privacy.spotting import analyzer, spotter
from tests.privacy.notes import left, made, wrongly

AS_OF = date(2026, 11, 30)


def no_network(*_: object) -> None:
    """Nothing here may ask the network."""
    raise AssertionError("the network was asked")


def main(half: str, each: int) -> dict[str, dict[str, float]]:
    """Recall, wrongly taken spans and CPU seconds of presidio alone, our own layers, and all three."""
    socket.socket.connect = no_network  # type: ignore[method-assign,assignment]
    notes_of = import_module(f"tests.privacy.notes.{half}")
    notes = list(made(notes_of.NOTES, notes_of.POOLS, seed=11, each=each))
    alone, spot = analyzer(), spotter()
    ways = {
        "presidio": lambda text: [(one.start, one.end) for one in alone.analyze(text, language="en")],
        "own": lambda text: [(one.start, one.end) for one in spans_of(text, as_of=AS_OF)],
        "all": lambda text: [(one.start, one.end) for one in spans_of(text, as_of=AS_OF, spot=spot)],
    }
    found = {}
    for way in ways.values():
        way(notes[0].text)
    for name, way in ways.items():
        best = 1e9
        for _ in range(2):
            began = time.process_time()
            spans = [way(note.text) for note in notes]
            best = min(best, time.process_time() - began)
        missed = sum(len(left(note, one)) for note, one in zip(notes, spans, strict=True))
        gold = sum(len(note.gold) for note in notes)
        wrong = sum(len(wrongly(note, one)) for note, one in zip(notes, spans, strict=True))
        found[name] = {
            "recall": 1 - missed / gold,
            "gold": gold,
            "wrong": wrong,
            "spans": sum(map(len, spans)),
            "cpu": best,
        }
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
