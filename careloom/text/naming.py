"""A name of a thing as it stands inside a sentence."""


def inside(name: str) -> str:
    """A name as it stands inside a sentence: a plain capitalised word becomes lower case, an acronym doesn't."""
    first, _, rest = name.partition(" ")
    if first.istitle() and first.isalpha() and len(first) > 1 and not rest[:1].isupper():
        return f"{first.lower()} {rest}".strip()
    return name
