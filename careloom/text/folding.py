"""A text in lower case and without accents, every character in its place: offsets stay what they are."""

_PLAIN = str.maketrans(
    "áàâäãåéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ’‘ʼ`´“”–—‑‐\u00a0\u2007\u202f\t",
    "aaaaaaeeeeiiiiooooouuuuncaaaaaaeeeeiiiiooooouuuunc'''''\"\"----    ",
)


def fold(text: str) -> str:
    """The text folded for look-up; as long as the text, character by character."""
    if text.isascii():
        return text.lower().replace("\t", " ")
    folded = text.translate(_PLAIN).lower()
    if len(folded) == len(text):
        return folded
    # A few letters have two-letter lower cases (İ): these stay as they are.
    return "".join(low if len(low := one.lower()) == 1 else one for one in text.translate(_PLAIN))
