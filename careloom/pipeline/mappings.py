"""The site's mappings: the files of its folder, and a copy of each that was ever used, so that a replay finds it.

home/mappings/kept/NAME.toml is the text that was used last, NAME-<digest>.toml every text that ever was.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from careloom.connect import tables
from careloom.errors import ConfigError

DIGITS = 12


@dataclass
class Mappings:
    """Mappings by name. `problems` says why a file of the folder is not in force (its last used copy is, if any). `held` where they are as they were released."""

    kept: Path | None = None
    in_force: dict[str, tables.Mapping] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    held: bool = False

    @classmethod
    def of(cls, folder: Path, kept: Path) -> "Mappings":
        """Those of a folder; where it has none of a name, the copy that was used last."""
        found = cls(kept)
        used = [file for file in sorted(kept.glob("*.toml")) if not _is_history(file)]
        for file in (*used, *sorted(folder.glob("*.toml"))):
            try:
                found.in_force[file.stem] = mapping_of(file)
            except ConfigError as error:
                found.problems[file.stem] = str(error)
        return found

    def take(self, file: Path) -> str:
        """Put a file in force that lies elsewhere; its name. Raises ConfigError where another has the name."""
        mapping = mapping_of(file)
        other = self.in_force.get(mapping.name)
        if self.held and (other is None or other.digest != mapping.digest):
            raise ConfigError(
                f"the mapping {mapping.name} was not released, and this site has drafted: put it among the mappings and propose it on the page Changes (docs/release.md)"
            )
        if other is not None and other.digest != mapping.digest:
            raise ConfigError(
                f"another mapping {mapping.name} is in force: give this file another name, or put it among the mappings"
            )
        self.in_force[mapping.name] = mapping
        return mapping.name

    def keep(self, name: str) -> None:
        """Keep the text of a mapping that is being used. Raises ConfigError where none of that name is in force."""
        mapping = self.in_force.get(name)
        if mapping is None:
            raise ConfigError(self.problems.get(name) or f"there is no mapping {name}")
        if self.kept is None:
            return
        for file in (f"{name}-{mapping.digest[:DIGITS]}.toml", f"{name}.toml"):
            _write(self.kept / file, mapping.text)

    def __iter__(self) -> Iterator[tables.Mapping]:
        return iter(self.in_force.values())


def mapping_of(file: Path, *, people: bool = False) -> tables.Mapping:
    """The mapping of a file; with `people` one that says only whom a row is about will do.

    Raises ConfigError naming the file, line and key of a mistake.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file.name}: cannot be read ({type(error).__name__})") from None
    return tables.parse(file.stem, text, people=people)


def _is_history(file: Path) -> bool:
    digits = file.stem.rpartition("-")[2]
    return len(digits) == DIGITS and all(digit in "0123456789abcdef" for digit in digits)


def _write(file: Path, text: str) -> None:
    """Whole or not at all, and on the disk before it is relied on."""
    data = text.encode("utf-8")
    if file.exists() and file.read_bytes() == data:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    with new.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
