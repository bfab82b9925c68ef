"""What came of reading files: the numbers that `careloom connect` prints."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """What came of a `connect`: the numbers of the command's contract, filled as the files are read."""

    messages: int = 0
    entries: int = 0
    duplicates: int = 0
    patients: dict[str, None] = field(default_factory=dict)
    rejected: list[dict[str, str]] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    sections: dict[str, Counter[str]] = field(default_factory=dict)
    deleted: int = 0

    def reject(self, path: str, where: str, reason: str) -> None:
        """Count one thing that could not be read."""
        self.rejected.append({"path": path, "where": where, "reason": reason})
