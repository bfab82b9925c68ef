"""A process of its own: signs documents that go to a hospital (`sign NUMBER`), sends what is due by a clock that is so many minutes fast
(`work MINUTES`), or tells what became of each (`tell`).

python -m tests.flow.mdm_process HOME PORT sign NUMBER | work MINUTES | tell
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django


def main(home: Path, port: int, command: str, number: str = "0") -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
    django.setup()
    from dataclasses import replace

    from careloom import pipeline, settings
    from careloom.store.database import prepare
    from tests.flow.hospital_by_messages import Site

    home.mkdir(exist_ok=True)
    prepare(home)
    if command == "sign":
        # One a day: of one day they would be the same document.
        begun = datetime.now(UTC) - timedelta(days=int(number))
        site = Site(home, port, 'kinds = ["clinical_summary"]', {"answer_seconds": "10"}, now=begun)
        for _ in range(int(number)):
            site.sign("clinical_summary")
            site.pass_minutes(24 * 60)
        return
    own = replace(settings.read(), home=home, model="none")
    built = pipeline.build(own, clock=lambda: datetime.now(UTC) + timedelta(minutes=int(number)))
    if command == "work":
        for ident, _ in built.store.writings.due(built.clock()):
            built.writing_back.work(ident)
    else:
        print(json.dumps([[one.proposal, one.state.value] for one in built.store.writings.last()]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
