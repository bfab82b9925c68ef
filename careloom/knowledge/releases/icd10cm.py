"""ICD-10-CM, the order file (icd10cm_order_YYYY.txt).

Source   CMS/NCHS, "ICD-10-CM order files" (readme): order number 1-5, code 7-13 without its point, 15 a header (0) or
         a code that may be billed (1), short description 17-76, long description from 78
"""

import re
from pathlib import Path

from careloom.care.entry import ICD10
from careloom.errors import InputError
from careloom.knowledge.releases.reading import Rows, Seen, at, lines

LINE = re.compile(r"\d{5} ([A-Z][0-9][0-9A-Z]{1,5}) {1,5}[01] (.{60}) (.+)$")


def rows(file: Path, seen: Seen) -> Rows:
    """Each code with its point, headers too, and its long description."""
    for number, line in lines(file, seen):
        found = LINE.match(line)
        if found is None:
            raise InputError("is no line of an order file, or cut off", at(file, number))
        code = found[1]
        yield "code", (ICD10, f"{code[:3]}.{code[3:]}" if len(code) > 3 else code, found[3].strip())
