"""Claim payment and advice (835): one ExplanationOfBenefit a CLP.

Source: 005010X221A1 and 004010X091A1; section 1.10.2 (balancing) of the former.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from careloom.care.entry import Code, Period, Person, Reading
from careloom.connect.x12 import codes, words
from careloom.connect.x12.job import Job, detail, joined
from careloom.connect.x12.people import Party, party
from careloom.connect.x12.segment import Segment
from careloom.connect.x12.timing import across, moment

UNDERSTOOD = frozenset(
    {"AMT", "DTM", "LX", "MIA", "MOA", "N3", "N4", "PER", "QTY", "TRN", "TS2", "TS3", "LQ", "RDM", "CUR"}
)
DENIED, REVERSAL, PREDETERMINATION = "4", "22", "25"
FORWARDED = ("19", "20", "21", "23")
# DTM: service (472, 150 from, 151 to), statement (232 from, 233 to).
DAYS = frozenset({"472", "150", "151", "232", "233"})
ZERO = Decimal(0)


@dataclass(slots=True)
class Payment:
    """A claim's payment while it is read."""

    where: str
    said: Segment
    patient: Party | None = None
    insured: Party | None = None
    corrected: Party | None = None
    codes: list[Code] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    days: list[Period] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    provider: str = ""
    authorization: str = ""
    adjusted: Decimal = ZERO
    services: int = 0
    charged: Decimal = ZERO
    paid: Decimal = ZERO
    in_line: Decimal = ZERO
    line: tuple[Decimal, Decimal] | None = None


@dataclass(slots=True)
class Remittance:
    """The reader of one 835."""

    job: Job
    payer: Party = field(default_factory=Party)
    payee: Party = field(default_factory=Party)
    current: Party = field(default_factory=Party)
    payment: Payment | None = None
    payments: int = 0
    total: Decimal = ZERO
    claimed: Decimal = ZERO
    others: Decimal = ZERO

    def take(self, segment: Segment) -> Iterator[Reading]:
        """Read a segment; a reading comes with each claim that is complete."""
        name = segment.id
        if name in ("CLP", "PLB", "LX"):
            yield from self._finish()
        if name == "CLP":
            self.payments += 1
            self.payment = Payment(f"{self.job.where}/2100 CLP[{self.payments}]", segment)
            self.claimed += _amount(segment.get(4))
        elif name == "BPR":
            self.total = _amount(segment.get(2))
            self.job.created = moment(segment.get(16), self.job.zone)
        elif name == "DTM" and segment.get(1) == "405":
            self.job.created = moment(segment.get(2), self.job.zone) or self.job.created
        elif name == "N1":
            self.current = party(segment)
            self.payer, self.payee = (
                (self.current, self.payee) if self.current.role == "PR" else (self.payer, self.current)
            )
        elif name == "PLB":
            self.others += sum(map(_amount, segment.elements[4::2]), ZERO)
        elif self.payment is not None:
            self._inside(self.payment, segment)
        elif name == "REF":
            if (
                self.current is self.payer
                and segment.get(1) in ("2U", "NF", "HI", "EO")
                and not self.payer.number
            ):
                self.payer.number = segment.get(2)
        elif name not in UNDERSTOOD:
            self.job.unknown[f"segment {name}"] += 1

    def close(self, *, whole: bool) -> Iterator[Reading]:
        """The last reading; a set that breaks off (not `whole`) gives its last claim up."""
        if not whole:
            self.payment = None
            return
        yield from self._finish()
        if self.total != self.claimed - self.others:
            why = "the payment is not the sum of the claims' payments (CLP-04) less the adjustments (PLB)"
            self.job.reject(f"{self.job.where}/BPR: BPR-02", why, "ours: balance")

    def _inside(self, payment: Payment, segment: Segment) -> None:
        name = segment.id
        if name == "NM1":
            self._name(payment, party(segment))
        elif name == "SVC":
            self._service(payment, segment)
        elif name == "CAS":
            self._adjust(payment, segment)
        elif name == "DTM":
            if segment.get(1) in DAYS:
                day = Period(moment(segment.get(2), self.job.zone))
                self.job.not_later(day, f"{payment.where}/DTM: DTM-02")
                payment.days.append(day)
        elif name == "REF":
            self._number(payment, segment)
        elif name == "LQ" and segment.get(1) == "HE":
            payment.reasons.append(f"RARC {segment.get(2)}")
        elif name not in UNDERSTOOD:
            self.job.unknown[f"segment {name}"] += 1

    def _name(self, payment: Payment, named: Party) -> None:
        if named.role == "QC" and payment.patient is not None:
            self.job.doubt(f"{payment.where}/NM1")
        elif named.role == "QC":
            payment.patient = named
        elif named.role == "IL":
            payment.insured = named
        elif named.role == "74":
            payment.corrected = named
        elif named.role == "82":
            payment.provider = named.name

    def _service(self, payment: Payment, segment: Segment) -> None:
        self._close_line(payment)
        payment.services += 1
        code, said = codes.service(segment, 1)
        if segment.get(4):
            payment.codes.append(Code(codes.REVENUE, segment.get(4)))
        payment.codes += [code] if code else []
        payment.words.append(said)
        payment.line = (_amount(segment.get(2)), _amount(segment.get(3)))

    def _adjust(self, payment: Payment, segment: Segment) -> None:
        """Up to six adjustments of one group: reason, amount, quantity."""
        for at in range(2, len(segment.elements), 3):
            if segment.get(at):
                payment.reasons.append(words.told(words.ADJUSTMENTS, segment.get(at), "CARC"))
        amount = sum((_amount(segment.get(at)) for at in range(3, len(segment.elements), 3)), ZERO)
        payment.adjusted += amount
        payment.in_line += amount if payment.line else ZERO

    def _number(self, payment: Payment, segment: Segment) -> None:
        if segment.get(1) in ("EA", "SY", "1W") and payment.patient:
            payment.patient.numbers.append((segment.get(1), segment.get(2)))
        elif segment.get(1) in ("G1", "BB") and not payment.authorization:
            payment.authorization = segment.get(2)

    def _close_line(self, payment: Payment) -> None:
        """SVC-02 less the line's adjustments is SVC-03."""
        if payment.line is None:
            return
        charged, paid = payment.line
        payment.charged += charged
        payment.paid += paid
        if charged - payment.in_line != paid:
            where = f"{payment.where}/2110 SVC[{payment.services}]: SVC-03"
            self.job.reject(where, "is not the charge (SVC-02) less the adjustments (CAS)", "ours: balance")
        payment.line, payment.in_line = None, ZERO

    def _finish(self) -> Iterator[Reading]:
        """Turn the claim into an entry."""
        payment, self.payment = self.payment, None
        if payment is None:
            return
        self._close_line(payment)
        self._balance(payment)
        if payment.patient is None:
            self.job.reject(
                payment.where, "is not read: no name of the patient (NM1 QC) stands in it", "IK3 3"
            )
            return
        if not self.job.sure:
            self.job.sure = True
            return
        status = payment.said.get(2)
        service = joined(payment.words)
        entry = replace(
            self.job.entry("ExplanationOfBenefit", payment.where),
            codes=codes.each(payment.codes),
            text=service,
            effective=across(payment.days),
            status="cancelled" if status == REVERSAL else "active",
            detail=detail(
                use="predetermination" if status == PREDETERMINATION else "claim",
                outcome="denied" if status == DENIED else "complete",
                disposition=words.CLAIM_STATUSES.get(status, ""),
                service=service,
                payer=self.payer.name,
                reason=joined(payment.reasons),
                author=self.payee.name,
                authorization=payment.authorization,
            ),
        )
        yield from self.job.give(self._patient(payment), [entry])

    def _patient(self, payment: Payment) -> Person:
        who = payment.patient or Party()
        corrected = payment.corrected
        if corrected and corrected.number and not payment.insured:
            # NM1 74: the number by which the payer knows the patient, beside the one that was sent.
            who = replace(who, numbers=[*who.numbers, ("MI", corrected.number)])
        npi = self.payee.number if self.payee.number_kind == "XX" else ""
        return self.job.person(who, self.payer, payment.where, subscriber=payment.insured, provider=npi)

    def _balance(self, payment: Payment) -> None:
        """CLP-03 less every adjustment of the claim and its lines is CLP-04; the lines' sums are the claim's."""
        charged, paid = _amount(payment.said.get(3)), _amount(payment.said.get(4))
        if charged - payment.adjusted != paid:
            where = f"{payment.where}: CLP-04"
            self.job.reject(where, "is not the charge (CLP-03) less the adjustments (CAS)", "ours: balance")
        if payment.services and payment.charged != charged:
            where = f"{payment.where}: CLP-03"
            self.job.reject(where, "is not the sum of the lines' charges (SVC-02)", "ours: balance")


def _amount(said: str) -> Decimal:
    """An amount of money; nothing where it is no number (its element's fault is told elsewhere)."""
    try:
        found = Decimal(said or "0")
    except InvalidOperation:
        return ZERO
    return found if found.is_finite() else ZERO
