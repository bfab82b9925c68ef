"""What was opened lately is not opened again, and what somebody changed is."""

from uuid import UUID

from careloom.store.opened import Opened, OpenedRows
from tests.record.people import an_order

ROWS = [(UUID(int=number), f"sealed {number}".encode()) for number in range(5)]


class Safe:
    """Opens rows, and remembers which."""

    def __init__(self) -> None:
        self.opened: list[UUID] = []

    def open_one(self, row: UUID, sealed: bytes):
        self.opened.append(row)
        return an_order(sealed.decode())


def test_only_what_arrived_is_opened() -> None:
    safe, opened = Safe(), Opened()
    first = list(opened.of("ada", ROWS[:4], safe.open_one))
    again = list(opened.of("ada", ROWS, safe.open_one))
    assert again[:4] == first
    assert safe.opened == [row for row, _ in ROWS]


def test_a_row_whose_bytes_changed_is_opened_anew() -> None:
    safe, opened = Safe(), Opened()
    list(opened.of("ada", ROWS, safe.open_one))
    changed = [(ROWS[0][0], b"other"), *ROWS[1:]]
    first, *_ = opened.of("ada", changed, safe.open_one)
    assert first.text == "other"
    assert safe.opened[5:] == [ROWS[0][0]]


def test_a_record_of_which_every_byte_is_the_same_is_not_gone_through_again() -> None:
    safe, opened = Safe(), Opened(most=8)

    def read(who: str, rows: list[tuple[UUID, bytes]], *more: object):
        return opened.all_of(who, [*rows, *more], lambda: opened.of(who, rows, safe.open_one))

    first = read("ada", ROWS)
    assert read("ada", ROWS) is first
    assert read("ada", [*ROWS[1:], (ROWS[0][0], b"other")])[-1].text == "other"
    assert read("ada", ROWS) == first
    assert read("ada", ROWS, "one was deleted at its source") is not first
    opened_once = len(safe.opened)
    read("ben", ROWS), read("ada", ROWS)
    assert len(safe.opened) == opened_once + 10, "who was asked for longest ago is kept in neither form"


def test_whoever_was_asked_for_longest_ago_is_forgotten_first() -> None:
    safe, opened = Safe(), Opened(most=8)
    for who in ("ada", "ben", "ada"):
        list(opened.of(who, ROWS, safe.open_one))
    assert len(safe.opened) == 15


def test_of_rows_so_many_are_kept_as_were_asked_for_last_and_changed_bytes_are_opened_anew() -> None:
    safe: list[str] = []

    def open_one(row: UUID, sealed: bytes) -> str:
        safe.append(sealed.decode())
        return sealed.decode()

    opened: OpenedRows[str] = OpenedRows(2)
    for row, sealed in (*ROWS[:2], ROWS[0], (ROWS[0][0], b"other"), ROWS[2], ROWS[1]):
        assert opened.of(row, sealed, open_one) == sealed.decode()
    assert safe == ["sealed 0", "sealed 1", "other", "sealed 2", "sealed 1"]
