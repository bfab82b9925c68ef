"""A page of a scan, and how a scan is known by its first bytes."""

from dataclasses import dataclass

PDF = b"%PDF-"
IMAGES = (b"II*\x00", b"MM\x00*", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's text; `recognised` says that a machine read it off an image."""

    number: int
    text: str
    recognised: bool


def is_ours(head: bytes) -> bool:
    """Whether a message's first bytes are those of a PDF, TIFF, PNG or JPEG."""
    return head.startswith(IMAGES) or PDF in head[:1024]
