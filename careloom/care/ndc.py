"""National Drug Codes: three segments that are written in several ways, and the 11 digits that tell one product.

Source   FDA, National Drug Code Directory: 10 digits as 4-4-2, 5-3-2 or 5-4-1; HIPAA and RxNorm: 11 digits, 5-4-2, each
         segment filled with zeros on its left
"""

import re

_HYPHENATED = re.compile(r"(\d{4})-(\d{4})-(\d{2})|(\d{5})-(\d{3})-(\d{2})|(\d{5})-(\d{4})-(\d{1,2})")
_ELEVEN = re.compile(r"\d{11}")


def eleven(said: str) -> str | None:
    """The 11 digits of an NDC; None where they are not certain: 10 digits without hyphens have three meanings."""
    if _ELEVEN.fullmatch(said):
        return said
    found = _HYPHENATED.fullmatch(said)
    if found is None:
        return None
    labeler, product, package = (part for part in found.groups() if part is not None)
    return f"{labeler:0>5}{product:0>4}{package:0>2}"


def has_meanings(said: str) -> bool:
    """Whether it is well formed and yet names three products: 10 digits without hyphens."""
    return re.fullmatch(r"\d{10}", said) is not None


def doubt(said: str) -> str:
    """Why an NDC names no certain product, in words without its digits; "" where it does."""
    if eleven(said) is not None:
        return ""
    digits = said.replace("-", "")
    if not digits.isascii() or not digits.isdigit():
        return "is no NDC: it has more than digits and hyphens"
    if has_meanings(said):
        return "is an NDC of 10 digits without hyphens, which has three meanings: kept as said, looked up nowhere"
    return f"is an NDC of {len(digits)} digits in segments that no NDC has: kept as said, looked up nowhere"
