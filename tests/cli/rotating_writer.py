"""A process that stores one small message after another until a file says stop, and prints how many.

python rotating_writer.py HOME NAME     (stops when HOME.parent/stop is there, or whoever started it is gone)
"""

import os
import sys
from pathlib import Path


def main(home: Path, name: str) -> None:
    os.environ["CARELOOM_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
    import django

    django.setup()
    from careloom import settings
    from careloom.privacy.custody import Custody
    from careloom.store import open_store
    from tests.store.people import BOB, entries_of

    site = settings.read()
    store = open_store(home=site.home, organisation=site.organisation, custody=Custody.of(site))
    written, started_by = 0, os.getppid()
    while not (home.parent / "stop").exists() and os.getppid() == started_by:
        body = f'{{"resourceType": "Bundle", "id": "{name}-{written}"}}'.encode()
        message, _ = store.messages.put([body], source=name, format="fhir", name="b", zone="UTC")
        with store.transaction():
            known = store.patients.known(BOB)
            patient = known[0].patient if known else store.patients.create(BOB, message)
            store.entries.add(patient, message, entries_of(message, 2), "1")
        store.audit.note("u", "read", patient=patient, why="a call")
        store.audit.seal()
        written += 1
    print(written)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
