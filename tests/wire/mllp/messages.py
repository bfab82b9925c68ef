"""Invented messages about invented people, and what a listener answers."""

START, END = b"\x0b", b"\x1c\r"


def admit(
    number: str = "M1",
    *,
    mrn: str = "4711",
    family: str = "Ashdown",
    born: str = "19600102",
    version: str = "2.5.1",
    **msh: str,
) -> bytes:
    """An ADT^A01; `msh` gives fields of its header by number (f15="AL")."""
    fields = {
        "f2": "^~\\&",
        "f3": "MERCY_ADT",
        "f4": "MERCY",
        "f5": "CARELOOM",
        "f6": "COUNTY",
        "f7": "20261109101500",
        "f9": "ADT^A01^ADT_A01",
        "f10": number,
        "f11": "P",
        "f12": version,
    } | msh
    last = max(int(name[1:]) for name in fields)
    head = "|".join(["MSH", *(fields.get(f"f{at}", "") for at in range(2, last + 1))])
    person = f"PID|1||{mrn}^^^MERCY^MR||{family}^Alice||{born}|F"
    return "\r".join([head, "EVN|A01|20261109101500", person, "PV1|1|I", ""]).encode()


def framed(*bodies: bytes) -> bytes:
    return b"".join(START + body + END for body in bodies)


def answered(data: bytes) -> list[dict[str, list[str]]]:
    """The acknowledgements in some bytes: of each its segments' fields, by the segment's name."""
    found = []
    for frame in data.split(END)[:-1]:
        assert frame[:1] == START, frame
        segments: dict[str, list[str]] = {}
        for line in frame[1:].decode(errors="replace").rstrip("\r").split("\r"):
            fields = line.split(line[3])
            segments.setdefault(fields[0], fields)
        found.append(segments)
    return found


def codes(data: bytes) -> list[tuple[str, str]]:
    """Of each acknowledgement its code and whose it is."""
    return [(one["MSA"][1], one["MSA"][2]) for one in answered(data)]
