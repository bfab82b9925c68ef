"""Grouping by shared keys: entries that have any key in common are one group."""

from collections.abc import Hashable, Sequence

from careloom.care.entry import Entry


def grouped(entries: Sequence[Entry], keys: Sequence[Sequence[Hashable]]) -> list[list[Entry]]:
    """Groups of entries (in their order), where `keys[n]` are the keys of `entries[n]`. Linear in their number."""
    above: dict[Hashable, Hashable] = {}

    def root(key: Hashable) -> Hashable:
        path = []
        while (up := above.setdefault(key, key)) != key:
            path.append(key)
            key = up
        for passed in path:
            above[passed] = key
        return key

    for own in keys:
        for key in own[1:]:
            above[root(key)] = root(own[0])
    groups: dict[Hashable, list[Entry]] = {}
    for entry, own in zip(entries, keys, strict=True):
        groups.setdefault(root(own[0]), []).append(entry)
    return list(groups.values())
