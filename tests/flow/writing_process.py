"""A process of its own: signs documents that go to a hospital (`sign NUMBER`), sends what is due by a clock that is so many minutes fast
(`work MINUTES`), or tells what became of each (`tell`).

python -m tests.flow.writing_process HOME WHERE sign NUMBER | work MINUTES | tell

WHERE is the port of a hospital that takes messages, or the address of its FHIR server.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django


def main(home: Path, where: str, command: str, number: str = "0") -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
    django.setup()
    from dataclasses import replace

    from careloom import pipeline, settings
    from careloom.store.database import prepare
    from tests.flow import charts, hospital_by_messages

    home.mkdir(exist_ok=True)
    prepare(home)
    if command == "sign":
        # One a day: of one day they would be the same document.
        begun = datetime.now(UTC) - timedelta(days=int(number))
        kinds = 'kinds = ["clinical_summary"]'
        if where.isdecimal():
            patience = {"answer_seconds": "10"}
            site = hospital_by_messages.Site(home, int(where), kinds, patience, now=begun)
        else:
            site = charts.Site(home, charts.Chart(where), kinds, now=begun)
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
    main(Path(sys.argv[1]), *sys.argv[2:])
