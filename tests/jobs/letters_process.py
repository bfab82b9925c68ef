"""A process of its own: queues released letters (`queue NUMBER`), works until nothing waits, or tells their states.

python -m tests.jobs.letters_process HOME queue NUMBER | work | tell
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import django


def main(home: Path, command: str, number: str = "0") -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
    django.setup()
    from careloom import jobs, settings
    from careloom.store.database import prepare
    from tests.flow.letters import Site

    prepare(home)
    given = settings.read()
    if command == "work":
        jobs.work(given)
        return
    kept = ("smtp_url", "quiet_hours", "practice_name", "practice_phone", "smtp_from")
    site = Site(home, settings={name: getattr(given, name) for name in kept})
    site.clock.now = datetime.now(UTC)
    if command == "queue":
        who = site.sends()
        for _ in range(int(number)):
            site.delivering.queue("nora", site.released(who).id, "email")
    else:
        print(*sorted(one.state.value for one in site.desk.store.sendings.last()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
