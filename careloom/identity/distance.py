"""How far two words are apart, in slips of the keyboard."""

from functools import lru_cache


@lru_cache(maxsize=1 << 16)
def distance(a: str, b: str) -> int:
    """The letters to change, add, drop or exchange with their neighbour that make one word the other (Damerau 1964)."""
    last: dict[str, int] = {}
    most = len(a) + len(b)
    rows = [[most] * (len(b) + 2), [most, *range(len(b) + 1)]]
    for i, mine in enumerate(a, start=1):
        rows.append([most, i] + [0] * len(b))
        matched = 0
        for j, theirs in enumerate(b, start=1):
            before, same = last.get(theirs, 0), matched
            cost = mine != theirs
            if not cost:
                matched = j
            rows[i + 1][j + 1] = min(
                rows[i][j] + cost,
                rows[i + 1][j] + 1,
                rows[i][j + 1] + 1,
                rows[before][same] + (i - before - 1) + 1 + (j - same - 1),
            )
        last[mine] = i
    return int(rows[-1][-1])
