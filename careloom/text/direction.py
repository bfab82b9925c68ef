"""Marks that turn the direction of text round: they belong to no word, and what stands around them must not move.

Source   Unicode Standard Annex 9 (bidirectional algorithm), 2.1 to 2.4 and 6.6: the formatting characters, which have no glyph
"""

import re

# ALM, LRM, RLM; embeddings, overrides and their end; isolates and theirs.
TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def unturned(text: str) -> str:
    """The text without such marks: what is compared, and what we write ourselves."""
    return text if text.isascii() else TURNS.sub("", text)


def marked(text: str) -> str:
    """The text with each such mark made visible as its code, "[U+202E]": it turns nothing, and whoever reads sees that it is there."""
    return text if text.isascii() else TURNS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
