"""A process that keeps a message and reads it, and is killed (SIGKILL, by its own hand) at the stage it is told.

python intake_process.py HOME bytes|row|entries|finish|never    (prints a JSON object where it lives to do so)
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

MEGABYTE = b"one line of an invented message\n" * (1 << 15)


def main(home: Path, stage: str) -> None:
    os.environ["CARELOOM_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
    import django

    django.setup()
    from careloom import settings
    from careloom.store import open_store
    from careloom.store.database import prepare
    from tests.store.people import ALICE, entries_of

    site = settings.read()
    prepare(site.home)
    store = open_store(home=site.home, organisation=site.organisation)

    def die_at(here: str) -> None:
        if stage == here:
            os.kill(os.getpid(), signal.SIGKILL)

    def chunks() -> Iterator[bytes]:
        for number in range(4):
            yield MEGABYTE
            if number == 2:
                die_at("bytes")

    if stage == "row":
        store.messages.bodies.keep(chunks())
        die_at("row")
    message, new = store.messages.put(chunks(), source="mercy", format="fhir", name="a", zone="UTC")
    added = 0
    if not store.messages.is_read(message, "1"):
        with store.transaction():
            known = store.patients.known(ALICE)
            patient = known[0].patient if known else store.patients.create(ALICE, message)
            added = store.entries.add(patient, message, entries_of(message, 800), "1")
            die_at("entries")
        die_at("finish")
        store.messages.finish(message, "1", {"entries": added})
    (patient,) = store.patients.all()
    with store.messages.open(message.sha256) as body:
        size = len(body.read())
    print(
        json.dumps(
            {
                "new": new,
                "added": added,
                "entries": store.entries.count(patient),
                "messages": store.messages.count(),
                "unfinished": len(store.messages.unfinished()),
                "size": size,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
