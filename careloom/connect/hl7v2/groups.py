"""A message's segments as what belongs together: people, visits, orders with their results and specimens, documents.

Not a grammar for each message structure: senders bend those. What belongs to what follows from the order in which
segments come, as all structures of chapters 3 to 10 have it in common (ORC before OBR or RXE, results after them).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from careloom.connect.hl7v2.segments import Segment

DRUG = ("RXO", "RXE", "RXD", "RXG", "RXA")
# In these messages a specimen comes first, and an OBR before the ORC of the same order.
SPECIMEN_FIRST = frozenset({"OUL"})
# Comments about those who take part or about a schedule's resources belong to what stands before them all the same.
AROUND = frozenset({"PRT", "ROL", "CTD", "TQ1", "TQ2", "RXR", "RXC", "ARV", "SFT", "CTI", "BLG"})


@dataclass(slots=True)
class Given:
    """One RXA with the route and the observations that follow it."""

    rxa: Segment
    routes: list[Segment] = field(default_factory=list)
    results: list[Segment] = field(default_factory=list)


@dataclass(slots=True)
class Order:
    """An order and what belongs to it; `of` is the specimen that came before it and stands for itself, `shares` says that
    other drugs of the message have its number (a prescription's)."""

    orc: Segment | None = None
    obr: Segment | None = None
    drugs: dict[str, Segment] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    routes: list[Segment] = field(default_factory=list)
    parts: list[Segment] = field(default_factory=list)
    timings: list[Segment] = field(default_factory=list)
    results: list[Segment] = field(default_factory=list)
    specimens: list[Segment] = field(default_factory=list)
    of: Segment | None = None
    of_specimens: dict[int, list[Segment]] = field(default_factory=dict)
    shares: bool = False

    @property
    def filled(self) -> bool:
        """Whether it says what is ordered."""
        return self.obr is not None or bool(self.drugs) or bool(self.given)


@dataclass(slots=True)
class Group:
    """What a message says about one person: the PID and everything under it."""

    pid: Segment
    others: list[Segment] = field(default_factory=list)
    visits: list[tuple[Segment, Segment | None]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    results: list[Segment] = field(default_factory=list)
    documents: list[tuple[Segment, list[Segment]]] = field(default_factory=list)
    specimen_of: dict[int, Segment] = field(default_factory=dict)


def attach_notes(segments: Iterable[Segment]) -> list[Segment]:
    """The segments without their comments (NTE), which stand under the segment that they are about."""
    found: list[Segment] = []
    last: Segment | None = None
    for one in segments:
        if one.name == "NTE" and last is not None:
            last.notes.append(one)
            continue
        found.append(one)
        if one.name not in AROUND:
            last = one
    return found


@dataclass(slots=True)
class Gatherer:
    """Takes the segments under one PID in order and puts each where it belongs."""

    type: str
    group: Group
    order: Order | None = None
    specimen: Segment | None = None
    document: list[Segment] | None = None
    fresh: bool = False

    def take(self, one: Segment) -> None:
        """Put one segment where it belongs."""
        name = one.name
        if name == "OBX":
            self._result(one)
        elif name == "ORC":
            self._control(one)
        elif name == "OBR":
            self._request(one)
        elif name in DRUG:
            self._drug(one)
        elif name == "SPM":
            self._specimen(one)
        elif name == "PV1":
            self.group.visits.append((one, None))
        elif name == "PV2" and self.group.visits:
            self.group.visits[-1] = (self.group.visits[-1][0], one)
        elif name == "TXA":
            self.document = []
            self.group.documents.append((one, self.document))
            self.order = None if self.type == "MDM" else self.order
        elif self.order is not None and name in ("RXR", "RXC", "TQ1"):
            self._detail(one, self.order)
        else:
            self.group.others.append(one)
        self.fresh = name == "OBR" or (self.fresh and name in AROUND)

    def _open(self) -> Order:
        order = Order(of=self.specimen)
        self.group.orders.append(order)
        self.order = order
        return order

    def _control(self, orc: Segment) -> None:
        order = self.order
        if self.type in SPECIMEN_FIRST and self.fresh and order is not None and order.orc is None:
            order.orc = orc
        else:
            self._open().orc = orc

    def _request(self, obr: Segment) -> None:
        order = self.order
        if order is None or order.filled:
            order = self._open()
        order.obr = obr

    def _drug(self, rx: Segment) -> None:
        order = self.order
        again = order is not None and rx.name in order.drugs
        if order is not None and rx.name == "RXA" and self.type in ("VXU", "VXR"):
            again = again or bool(order.given)
        if order is None or again:
            order = self._open()
        if rx.name == "RXA":
            order.given.append(Given(rx))
        else:
            order.drugs[rx.name] = rx

    def _detail(self, one: Segment, order: Order) -> None:
        if one.name == "TQ1":
            order.timings.append(one)
        elif one.name == "RXC":
            order.parts.append(one)
        elif order.given:
            order.given[-1].routes.append(one)
        else:
            order.routes.append(one)

    def _specimen(self, spm: Segment) -> None:
        if self.type in SPECIMEN_FIRST:
            self.order = None
            self.specimen = spm
            self.group.others.append(spm)
        elif self.order is not None:
            self.order.specimens.append(spm)
        else:
            self.group.others.append(spm)

    def _result(self, obx: Segment) -> None:
        order = self.order
        if self.document is not None and (self.type == "MDM" or order is None):
            self.document.append(obx)
        elif order is None or not order.filled:
            self.group.results.append(obx)
            if self.specimen is not None:
                self.group.specimen_of[id(obx)] = self.specimen
        elif order.given:
            order.given[-1].results.append(obx)
        elif order.specimens and self.type not in SPECIMEN_FIRST:
            order.of_specimens.setdefault(id(order.specimens[-1]), []).append(obx)
        else:
            order.results.append(obx)
