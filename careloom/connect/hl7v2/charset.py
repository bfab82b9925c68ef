"""The character set of a message: HL7 table 0211 (MSH-18), or what the site says of its source."""

import codecs

from careloom.errors import InputError

# ASCII has no character above 127: a message that names it and has some is read as UTF-8, which contains ASCII, or
# not at all.
NAMED = {
    "": "utf-8",
    "ASCII": "utf-8",
    "UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp",
}
EIGHT_BIT = ("8859/", "ISO-8859-", "ISO 8859/", "ISO8859-", "8859-")


def codec(named: str, chosen: str = "") -> str:
    """The name of Python's codec for MSH-18's first value; `chosen` is the site's own word, which wins.

    Raises InputError where nothing of that name is known.
    """
    if chosen:
        try:
            return codecs.lookup(chosen).name
        except LookupError:
            raise InputError("the source's option charset is no character set") from None
    said = named.strip().upper()
    if said in NAMED:
        return NAMED[said]
    for prefix in EIGHT_BIT:
        if said.startswith(prefix) and said.removeprefix(prefix).isdigit():
            part = int(said.removeprefix(prefix))
            if 1 <= part <= 16 and part != 12:
                return f"iso8859_{part}"
    raise InputError("names a character set that is not read")


def decode(data: bytes, charset: str) -> str:
    """The text of some bytes. Raises UnicodeDecodeError where they are not in the set.

    ISO 8859-1 has control characters where Windows has quotation marks and dashes; no segment holds such
    controls, so that bytes of that range mean Windows' set.
    """
    if charset == "iso8859_1" and any(0x80 <= byte <= 0x9F for byte in data):
        return data.decode("cp1252")
    return data.decode(charset)
