"""Progress: how far one person is with a document that she hasn't decided yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What somebody did with a proposal before deciding.

    `since` is when she first opened it; `looked` are digests of the findings that she opened (review.vigilance.mark_of);
    `marked` the lines that her signature is to cover, none for all that are hers; `answers` what she said of uncertain lines, by
    line: "yes" or "no" and the digest of the words that she said it of. `typed` is what stands in her forms, by the field's name.
    `opened` and `rated` are a second reader's: the folded lines that she opened, and what she says of lines so far.
    """

    since: datetime | None = None
    looked: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    rated: Mapping[str, str] = field(default_factory=dict)
