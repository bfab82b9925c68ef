"""Asks whether a fault is publicly known in anything that is pinned, and fails where one is that nobody has judged.

What was judged is in requirements/judged.toml: id, reason, and until when the judgement holds. Where nothing can be asked (no network), it
says so and passes; whoever releases runs it where the network is.
"""

import json
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

HERE = Path(__file__).parent.parent
PINNED = ("base", "postgres", "embedded", "analytics", "dev")


def judged(text: str, today: date) -> tuple[list[str], list[str]]:
    """The ids that are passed over today, and what is wrong with the list."""
    passed, wrong = [], []
    for one in tomllib.loads(text).get("fault", []):
        if not one.get("id") or not one.get("reason") or not isinstance(one.get("until"), date):
            wrong.append(
                f"{one.get('id', 'a fault')} lacks its id, its reason or the day until which it was judged"
            )
        elif one["until"] < today:
            wrong.append(f"the judgement of {one['id']} ran out on {one['until']}")
        else:
            passed.append(one["id"])
    return passed, wrong


def told(answer: str) -> tuple[list[str], list[str], int]:
    """What pip-audit answered as JSON: the faults that it knows, what it could not ask about, and how much it asked about."""
    asked = json.loads(answer)["dependencies"]
    faults = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for one in asked
        for fault in one.get("vulns", [])
    ]
    return faults, [one["name"] for one in asked if "skip_reason" in one], len(asked)


def main() -> int:
    """0 where nothing is known or nothing can be asked, 1 else."""
    passed, wrong = judged((HERE / "requirements" / "judged.toml").read_text(), datetime.now(UTC).date())  # noqa: TID251  # a door
    files = [part for name in PINNED for part in ("-r", str(HERE / "requirements" / f"{name}.txt"))]
    ignored = [part for one in passed for part in ("--ignore-vuln", one)]
    how = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")
    command = [sys.executable, "-m", "pip_audit", *how, *files, *ignored]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    try:
        faults, unknown, asked = told(done.stdout)
    except ValueError:
        faults, unknown, asked = [], [], 0
    for words in (*wrong, *faults):
        print(words)
    if len(unknown) == asked:
        print("SKIPPED: nobody can be asked for known faults from here")
    else:
        print(
            f"{asked - len(unknown)} of {asked} were asked about; not known there: {', '.join(unknown) or 'none'}"
        )
    return 1 if faults or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
