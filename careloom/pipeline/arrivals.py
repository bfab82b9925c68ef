"""Arrivals: the messages that a path holds: a file, an opened .gz, or each file in a .zip.

An archive is opened within a bound; one that unpacks beyond it (a zip bomb) is kept as it is and refused.
"""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from careloom.errors import InputError

CHUNK = 1 << 20
IGNORED = (".DS_Store", "Thumbs.db")
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
GZIP = b"\x1f\x8b"
# What holds a zip of office documents together; such a file is one document and no archive of messages.
OFFICE = "[Content_Types].xml"
# The folder of IHE XDM, and what wraps the documents in it (ITI TF-2, 3.32.4.1): an index for people,
# a stylesheet, and a registry's metadata.
XDM = "IHE_XDM"
WRAPPING = (".htm", ".html", ".xsl", ".css")
MOST_FILES = 100_000

Chunks = Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way in: its name, its bytes (unpacked), and the bytes as they came, to keep if those fail.

    `wrapper` says that it only wraps other files of the same archive and is no message.
    """

    name: str
    chunks: Callable[[], Chunks]
    raw: Callable[[], Chunks]
    wrapper: bool = False


def files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Every file named, and every file below every folder named, in a stable order.

    Raises InputError for a path that is not there.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                one
                for one in path.rglob("*")
                if one.is_file() and one.name not in IGNORED and not one.name.startswith(".")
            )
        elif path.is_file():
            found.append(path)
        else:
            raise InputError("there is no such file or folder", where=str(path))
    return tuple(found)


def arrivals(path: Path, most_bytes: int) -> Iterator[Arrival]:
    """The messages of a file; `most_bytes` is what all that is packed in it may unpack to.

    Nothing is raised here: reading the chunks of what can't be unpacked raises InputError.
    """
    try:
        with path.open("rb") as body:
            head = body.read(4)
    except OSError as error:
        yield Arrival(str(path), _refusing(f"cannot be read ({type(error).__name__})"), partial(_raw, path))
        return
    if head[:2] == GZIP:
        yield Arrival(str(path), partial(_gunzipped, path, most_bytes), partial(_raw, path))
    elif head in (ZIP, EMPTY_ZIP):
        yield from _zipped(path, most_bytes)
    else:
        yield Arrival(str(path), partial(_raw, path), partial(_raw, path))


def _raw(path: Path) -> Chunks:
    with path.open("rb") as body:
        while chunk := body.read(CHUNK):
            yield chunk


def _gunzipped(path: Path, most_bytes: int) -> Chunks:
    try:
        with gzip.open(path, "rb") as body:
            yield from _bounded(iter(lambda: body.read(CHUNK), b""), most_bytes)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError("the .gz file is damaged") from None


def _zipped(path: Path, most_bytes: int) -> Iterator[Arrival]:
    """An arrival for each file in an archive, or one that says why there are none."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one)]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield Arrival(str(path), _refusing("the .zip file is damaged"), partial(_raw, path))
        return
    why = _why_not(members, most_bytes)
    if why:
        yield Arrival(str(path), _refusing(why), partial(_raw, path))
        return
    xdm = any(XDM in PurePosixPath(one.filename).parts for one in members)
    for member in members:
        yield Arrival(
            f"{path}/{member.filename}",
            partial(_member, path, member, most_bytes),
            partial(_raw, path),
            wrapper=xdm and _wraps(PurePosixPath(member.filename)),
        )


def _why_not(members: list[zipfile.ZipInfo], most_bytes: int) -> str:
    """Why an archive isn't opened; "" where it is. What its files declare is checked before any is unpacked."""
    if not members:
        return "is an empty .zip"
    if len(members) > MOST_FILES:
        return f"holds more than {MOST_FILES:,} files"
    if any(one.filename == OFFICE for one in members):
        return "is an office document; send it as PDF or as text"
    if sum(one.file_size for one in members) > most_bytes:
        return _too_much(most_bytes)
    if any(one.flag_bits & 1 for one in members):
        return "is encrypted; send it open, over a channel that is safe"
    return ""


def _is_litter(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    return path.name in IGNORED or path.parts[0] == "__MACOSX" or path.name.startswith(".")


def _wraps(path: PurePosixPath) -> bool:
    return path.suffix.lower() in WRAPPING or path.name.upper() in ("METADATA.XML", "README.TXT")


def _member(path: Path, member: zipfile.ZipInfo, most_bytes: int) -> Chunks:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as body:
            chunks = _bounded(iter(lambda: body.read(CHUNK), b""), most_bytes)
            first = next(chunks, b"")
            if first[:4] in (ZIP, EMPTY_ZIP) or first[:2] == GZIP:
                raise InputError("is an archive inside an archive; unpack it first")
            yield first
            yield from chunks
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, OSError):
        raise InputError("this file of the .zip is damaged") from None


def _bounded(chunks: Chunks, most_bytes: int) -> Chunks:
    """The chunks, as long as they are not too many. A header may lie about a size, bytes can't."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most_bytes:
            raise InputError(_too_much(most_bytes))
        yield chunk


def _too_much(most_bytes: int) -> str:
    return f"unpacks to more than {most_bytes >> 20} MB, the most that an archive may hold"


def _refusing(reason: str) -> Callable[[], Chunks]:
    def chunks() -> Chunks:
        raise InputError(reason)
        yield b""  # makes this a generator, so that the reason is raised where the bytes are read

    return chunks
