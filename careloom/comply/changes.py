"""Changes: what became otherwise from one pack to the next, what is no longer met first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from careloom.care.compliance import RED, WORDS, Pack, Requirement, Verdict

GOOD = (Verdict.MET, Verdict.SAID, Verdict.NOT_APPLICABLE)
# From so many on, what changed in one part for one reason is told in one line.
MANY = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement whose verdict is another than in the pack before; `before` None for one that is new, `after` None for one that is gone."""

    part: str
    key: str
    title: str
    before: Verdict | None
    after: Verdict | None
    why: str

    @property
    def worse(self) -> bool:
        """Whether it was met (or not there) and is red now."""
        return self.after in RED and self.before not in RED


def changed(before: Pack, after: Pack) -> tuple[Change, ...]:
    """Every change of a verdict: what got worse first, then what is still red otherwise, then what got better or is gone."""
    old, new = _by_key(before), _by_key(after)
    found = []
    for key in dict.fromkeys((*new, *old)):
        one, was = new.get(key), old.get(key)
        if one is not None and was is not None and one[1].verdict is was[1].verdict:
            continue
        part, told = one or was or (None, None)
        assert part is not None and told is not None
        found.append(
            Change(
                part,
                told.key,
                told.title,
                was[1].verdict if was else None,
                one[1].verdict if one else None,
                one[1].why if one else "it is no longer part of the pack",
            )
        )
    return tuple(sorted(found, key=_grade))


def sentences(changes: Iterable[Change]) -> Iterator[tuple[str, bool]]:
    """Each change as a sentence, and whether it got worse. Four or more of a part that became the same for the same reason are one sentence, which names
    all of them: one setting that changes 31 lines is one thing that changed."""
    groups: dict[tuple[str, Verdict | None, str, bool], list[Change]] = {}
    for one in changes:
        groups.setdefault((one.part, one.after, one.why, one.worse), []).append(one)
    for (part, after, why, worse), every in groups.items():
        became = f"→ {WORDS[after] if after else 'gone'} ({why})"
        if len(every) >= MANY:
            yield (
                f"{part}: {len(every)} requirements {became}: {'; '.join(one.title for one in every)}",
                worse,
            )
            continue
        for one in every:
            yield f"{part}: {one.title}: {WORDS[one.before] if one.before else 'not there'} {became}", worse


def _grade(one: Change) -> int:
    if one.worse:
        return 0
    return 1 if one.after in RED else 2


def _by_key(pack: Pack) -> dict[tuple[str, str], tuple[str, Requirement]]:
    return {(part.key, one.key): (part.title, one) for part, one in pack.requirements()}
