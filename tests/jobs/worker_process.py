"""A process of its own that enqueues, works or tells how things stand; killed for real by the tests.

python worker_process.py HOME enqueue KEY
python worker_process.py HOME work slowly|well|deadly    (a line in HOME/started for each job begun)
python worker_process.py HOME stay well                  (works until it is stopped)
python worker_process.py HOME tell                       (a JSON object on standard output)
"""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path


def main(home: Path, command: str, how: str = "") -> None:
    os.environ["CARELOOM_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
    import django

    django.setup()
    from careloom import jobs, settings
    from careloom.store import open_store
    from careloom.store.database import prepare

    site = settings.read()
    prepare(site.home)
    store = open_store(home=site.home, organisation=site.organisation)

    def draft(args: Mapping[str, str]) -> None:
        with (home / "started").open("a") as started:
            started.write(f"{args['patient']}\n")
        if how == "slowly":
            time.sleep(60)
        if how == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)

    if command == "stay":
        jobs.work(site, handlers={"draft": draft}, until_empty=False)
    elif command == "enqueue":
        jobs.enqueue(site, "draft", how, {"patient": how})
    elif command == "work":
        jobs.work(site, handlers={"draft": draft})
    else:
        print(json.dumps({"counts": store.work.counts(), "dead": jobs.dead(site)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
