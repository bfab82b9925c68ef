"""Which releases are in force: loaded.json beside their files."""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

LIST = "loaded.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A compiled release. `loaded` is the day (ISO), `counts` the rows of each table, `files` what it was made from.

    `left_out` are files of a folder of FHIR resources that list nothing.
    """

    name: str
    version: str
    licence: str
    loaded: str
    file: str
    size: int
    counts: dict[str, int]
    files: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def in_force(folder: Path) -> tuple[tuple[Release, ...], tuple[str, ...]]:
    """The releases in force, by name, and why one that is listed can't be used."""
    try:
        listed = msgspec.json.decode((folder / LIST).read_bytes(), type=list[Release])
    except FileNotFoundError:
        return (), ()
    except (OSError, msgspec.DecodeError) as error:
        return (), (f"{LIST} can't be read ({type(error).__name__})",)
    good, problems = [], []
    for one in sorted(listed, key=lambda each: each.name):
        file = folder / one.file
        if file.is_file() and file.stat().st_size == one.size:
            good.append(one)
        else:
            problems.append(
                f"release {one.name} {one.version}: its file is missing or damaged; load it again"
            )
    return tuple(good), tuple(problems)


def put_in_force(release: Release, folder: Path) -> None:
    """Put a release in the place of the one of its name. Raises OSError; the list is then as before."""
    others = [one for one in in_force(folder)[0] if one.name != release.name]
    new = folder / f"{LIST}.new"
    with new.open("wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode([*others, release]), indent=1))
        out.flush()
        os.fsync(out.fileno())
    new.replace(folder / LIST)
