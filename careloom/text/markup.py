"""The words of an HTML or XHTML text, without its tags, scripts and styles."""

import re
from html.parser import HTMLParser

_BLOCKS = (
    "address article blockquote br caption dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li ol p "
    "pre section table tbody tfoot thead title tr ul "
)
BLOCKS = frozenset(_BLOCKS.split())
SILENT = frozenset({"script", "style"})
SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")


class _Words(HTMLParser):
    """Collects text; a block starts a new line, a table cell a gap."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Start a line at a block; fall silent inside scripts and styles."""
        if tag in BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        self.silent += tag in SILENT

    def handle_endtag(self, tag: str) -> None:
        """End a line at the end of a block."""
        if tag in BLOCKS:
            self.parts.append("\n")
        elif tag in SILENT and self.silent:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        """Keep what a reader would see."""
        if not self.silent:
            self.parts.append(data.replace("\n", " "))


def plain(html: str) -> str:
    """What a reader of the HTML would see: one line per block, single spaces, no empty lines."""
    words = _Words()
    words.feed(html)
    words.close()
    lines = (SPACES.sub(" ", line).strip() for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)
