"""Lines: what a letter about a policy says, criterion by criterion: the policy's words, the answer, and what the record shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from careloom.care.entry import Entry
from careloom.errors import InputError
from careloom.knowledge.conditions import bare
from careloom.knowledge.facts import Facts
from careloom.text.digits import is_npi
from careloom.text.orders import is_for_software, speaks_to_software
from careloom.verify.plainly import Said
from careloom.verify.policy.above import APPROVED, asked_above, asked_under, lead_of
from careloom.verify.policy.answers import NOT_SO, Answer, Answered, answer, together
from careloom.verify.policy.asks import asked
from careloom.verify.policy.criteria import Criterion, own_words
from careloom.verify.policy.reading import clean, read

REQUEST, CRITERIA = "request", "criteria"
_DENIED = frozenset({"denied", "rejected", "refused"})
_LONGEST_NAME = 200
_HOSTILE = "A line of the policy speaks to software and is not quoted here: a person must judge."
# What excludes is told by its own words.
_EXCLUDED = {
    Answered.MET: "the record speaks against it",
    Answered.NOT_MET: "the record shows it",
    Answered.NOT_DOCUMENTED: "not documented",
    Answered.JUDGE: "a person must judge",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the letter. `frame` are the policy's and the requester's words with the answer, computed anew whenever the letter is
    checked; `says` sentences that stand on the entries that they cite.
    """

    section: str
    path: str
    frame: str
    says: tuple[Said, ...] = ()
    answered: Answered | None = None

    @property
    def text(self) -> str:
        """The whole line."""
        return " ".join(filter(None, (self.frame, *(said.text for said in self.says))))

    @property
    def entries(self) -> tuple[str, ...]:
        """What its sentences rest on."""
        return tuple(dict.fromkeys(entry for said in self.says for entry in said.entries))


@dataclass(frozen=True, slots=True)
class Letter:
    """All lines of a letter in their order, the groups of the policy that are about another request, and what of the policy was not
    taken for criteria.
    """

    lines: tuple[Line, ...]
    others: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    hostile: int = 0


def letter(given: Mapping[str, str], facts: Facts) -> Letter:
    """The lines about what was asked for. Raises InputError naming the field where the policy has no criteria, or a field speaks to
    software.
    """
    for name in ("service", "payer"):
        if len(given.get(name, "")) > _LONGEST_NAME:
            raise InputError(f"is longer than {_LONGEST_NAME} characters", where=name)
        if is_for_software(given.get(name, "")):
            raise InputError("speaks to software; give its name alone", where=name)
    if (npi := given.get("requester_npi", "")) and not is_npi(npi):
        raise InputError("is no NPI: ten digits, the last of which fits the others", where="requester_npi")
    policy = read(given.get("policy", ""))
    wanted, others = _of_request(policy.groups, renewal=given.get("request") == "renewal")
    service = tuple(drug.name for drug in facts.knowledge.drugs.find(given.get("service", "")))
    wanted, others = _of_service(wanted, others, service, facts)
    told: list[Line] = []
    answers = [(group, _told(group, facts, service, told)) for group in wanted]
    lines = [*_request(given, facts, service), _summary(answers, told), *told]
    hostile = sum(line.frame == _HOSTILE for line in told)
    return Letter(
        tuple(lines), tuple(_name(one) for one in others if not one.hostile), policy.passed, hostile
    )


def _of_request(groups: Sequence[Criterion], *, renewal: bool) -> tuple[list[Criterion], list[Criterion]]:
    """The groups that are about a request of this sort, and the others; a policy that makes no difference is about both."""
    others: list[Criterion] = []
    for one in groups:
        parts = [
            part for part in one.parts if part.parts and part.renewal is not renewal and not part.excludes
        ]
        if any(part.parts and part.renewal is renewal for part in one.parts) and not one.renewal:
            # Chapters of one list: "I. Initial approval", "II. Continued therapy".
            others += parts if any(part.renewal for part in one.parts) else []
            one.parts = [part for part in one.parts if part not in others]
            one.needed = len(one.parts) if one.mode == "all" else one.needed
    mine = [one for one in groups if one.renewal is renewal or one.excludes]
    if not any(not one.excludes for one in mine):
        return list(groups), others
    return mine, [*others, *(one for one in groups if one not in mine)]


def _of_service(
    groups: list[Criterion], others: list[Criterion], service: Sequence[str], facts: Facts
) -> tuple[list[Criterion], list[Criterion]]:
    """The groups without those that approve other drugs than what is asked for; where all do, they are marked and stay."""
    for one in groups:
        subject = APPROVED.split(one.text.rpartition("\n")[2], maxsplit=1)
        named = (
            {drug.name for _, _, drug in facts.knowledge.drugs.mentions(subject[0])}
            if len(subject) > 1
            else set()
        )
        one.elsewhere = bool(service and named) and not named.intersection(service)
    mine = [one for one in groups if not one.elsewhere]
    if not any(not one.excludes for one in mine):
        return groups, others
    return mine, [*others, *(one for one in groups if one.elsewhere)]


def _told(one: Criterion, facts: Facts, service: Sequence[str], told: list[Line], lead: str = "") -> Answer:
    """The answer to a criterion or a group; its line stands before those of its parts. `lead` is what the line above it asks of each
    of its parts ("trial of").
    """
    place = len(told)
    said: tuple[Said, ...] = ()
    if one.parts:
        own = "" if one.excludes or one.hostile else own_words(one)
        leads = lead_of(own, facts.knowledge) or lead
        answers = [_told(part, facts, service, told, leads) for part in one.parts]
        found = _of_group(one, answers)
        if own and not lead_of(own, facts.knowledge):
            found, said = _with_own(one, own, found, facts, service)
    elif one.hostile:
        found, said = Answer(Answered.JUDGE), ()
    else:
        found = _alone(one, facts, service, lead)
        said = found.says
    if one.elsewhere:
        found = Answer(Answered.JUDGE, needs="the policy's part about what is asked for")
    told.insert(place, Line(CRITERIA, one.path, _frame(one, found), said, found.answered))
    return found


def _alone(one: Criterion, facts: Facts, service: Sequence[str], lead: str) -> Answer:
    """The answer to a criterion without parts."""
    asks = asked(one.text, facts.knowledge)
    if lead and not asks.understood:
        asks = asked_under(lead, one.text, facts.knowledge) or asks
    found = answer(asks, facts, service)
    if one.doubtful:
        return Answer(Answered.JUDGE, found.says)
    return _excluding(found) if one.excludes else found


def _excluding(found: Answer) -> Answer:
    """The answer to a criterion that speaks against the request: what is so isn't met, and what nobody recorded stays open."""
    if found.answered is Answered.MET:
        return Answer(Answered.NOT_MET, found.says)
    if found.answered is Answered.NOT_MET:
        return Answer(Answered.MET, found.says)
    needs = NOT_SO if found.answered is Answered.NOT_DOCUMENTED else ""
    return Answer(found.answered, found.says, needs)


def _with_own(
    one: Criterion, own: str, found: Answer, facts: Facts, service: Sequence[str]
) -> tuple[Answer, tuple[Said, ...]]:
    """The answer to a group with what its own line asks for besides its parts, and the sentences about that."""
    mine = asked_above(own, facts.knowledge) if "." not in one.path else (asked(own, facts.knowledge),)
    answers = [answer(each, facts, service) for each in mine]
    both = together(
        [Answer(found.answered), *(Answer(each.answered, needs=each.needs) for each in answers)], every=True
    )
    return both, tuple(said for each in answers for said in each.says)


def _of_group(one: Criterion, answers: Sequence[Answer]) -> Answer:
    bare_answers = [Answer(each.answered) for each in answers]
    if one.mode == "unclear":
        alike = {each.answered for each in answers}
        return Answer(alike.pop() if alike in ({Answered.MET}, {Answered.NOT_MET}) else Answered.JUDGE)
    if one.mode == "all" or one.needed >= len(answers):
        return Answer(together(bare_answers, every=True).answered)
    met = sum(each.answered is Answered.MET for each in answers)
    still = sum(each.answered is not Answered.NOT_MET for each in answers)
    if met >= one.needed:
        return Answer(Answered.MET)
    if still < one.needed:
        return Answer(Answered.NOT_MET)
    open_ones = [each for each in bare_answers if each.answered is not Answered.MET]
    return Answer(together(open_ones, every=False).answered)


def _name(one: Criterion) -> str:
    return one.quote.rstrip(" :;,.") or "a list without a name"


def _frame(one: Criterion, found: Answer) -> str:
    if one.hostile:
        return _HOSTILE
    label = f"{one.path} " if one.numbered else ""
    said = _EXCLUDED[found.answered] if one.excludes and not one.parts else found.answered.value
    if one.excludes and one.parts:
        # A heading of exclusions is no criterion: each of them answers for itself.
        return f"{label}“{_name(one)}”:"
    how = (
        ", since it is not clear how its parts join"
        if one.mode == "unclear" and found.answered is Answered.JUDGE
        else ""
    )
    needs = f"; needed: {found.needs}" if found.needs else ""
    return f"{label}“{_name(one)}”: {said}{how}{needs}."


def _summary(answers: Sequence[tuple[Criterion, Answer]], told: Sequence[Line]) -> Line:
    """What all groups come to, and no more than they say."""
    found = [each.answered for group, each in answers if not group.waives]
    if found and all(one is Answered.MET for one in found):
        return Line(
            REQUEST, "summary", "The record shows everything that the policy asks for.", answered=Answered.MET
        )
    parts = ["The record does not show everything that the policy asks for"]
    if Answered.NOT_MET in found:
        parts.append("it speaks against a part of it")
    leaves_open = any(line.answered in (Answered.JUDGE, Answered.NOT_DOCUMENTED) for line in told)
    if leaves_open:
        parts.append("what is not documented, and what a person must judge, is named below")
    return Line(
        REQUEST,
        "summary",
        f"{'; '.join(parts)}.",
        answered=together([Answer(one) for one in found], every=True).answered,
    )


def _request(given: Mapping[str, str], facts: Facts, service: Sequence[str]) -> Iterator[Line]:
    asked_for = _quoted(given.get("service", ""))
    payer = _quoted(given.get("payer", ""))
    whom = f" of {payer}" if payer else ""
    kind = "Renewal of prior authorization" if given.get("request") == "renewal" else "Prior authorization"
    yield Line(REQUEST, "service", f"{kind} is asked{whom} for {asked_for}.")
    yield _coverage(given.get("payer", ""), facts)
    if service:
        yield _ordered(asked_for, service, facts)
        yield from _denied(service, given.get("payer", ""), facts)


def _quoted(text: str) -> str:
    said = clean(text)
    return f"“{said}”" if said else ""


def is_payer(told: str, recorded: str) -> bool:
    """Whether a recorded payer is the one that was told, by a name of which one holds the other; any is where none was told."""
    one, other = " ".join(told.split()).casefold(), " ".join(recorded.split()).casefold()
    return not one or (bool(other) and (one in other or other in one))


def _coverage(told: str, facts: Facts) -> Line:
    """The coverage by the payer that is asked; another payer's is none of its business."""
    found = [
        one
        for one in facts.record.entries
        if one.kind == "Coverage"
        and one.status in ("active", None, "")
        and one.detail.get("payer")
        and not one.negated
    ]
    current = [one for one in found if not one.effective.end or one.effective.end.day >= facts.record.as_of]
    payers = [
        one
        for one in current
        if not speaks_to_software(one.detail["payer"]) and is_payer(told, one.detail["payer"])
    ]
    if not payers:
        whom = _quoted(told) or "a payer"
        return Line(
            REQUEST, "coverage", f"No coverage by {whom} is recorded.", answered=Answered.NOT_DOCUMENTED
        )
    newest = {one.detail["payer"]: one for one in payers}
    says = tuple(
        Said(f"Coverage by {' '.join(payer.split())} is recorded.", (one.id,))
        for payer, one in newest.items()
    )
    return Line(REQUEST, "coverage", "", says[-3:])


def _ordered(asked_for: str, service: Sequence[str], facts: Facts) -> Line:
    orders = [
        one for one in facts.record.entries if one.kind == "MedicationRequest" and _is_of(one, service, facts)
    ]
    live = [one for one in orders if one.status in ("active", None) and one.happened and not one.negated]
    if not live:
        return Line(
            REQUEST, "order", f"No order for {asked_for} is recorded.", answered=Answered.NOT_DOCUMENTED
        )
    order = live[-1]
    day = order.happened.day.isoformat() if order.happened else ""
    name = " and ".join(service)
    return Line(
        REQUEST, "order", "", (Said(f"{name[:1].upper()}{name[1:]} was ordered on {day}.", (order.id,)),)
    )


def _denied(service: Sequence[str], told: str, facts: Facts) -> Iterator[Line]:
    for one in reversed(facts.record.entries):
        if (
            one.kind not in ("ClaimResponse", "ExplanationOfBenefit")
            or one.detail.get("outcome") not in _DENIED
        ):
            continue
        what = " ".join(bare(one.detail.get("service") or "").split())
        if (
            what
            and one.happened
            and one.detail.get("use") == "preauthorization"
            and _is_of(one, service, facts)
        ):
            if speaks_to_software(what) or not _refused_by(told, one, facts):
                continue
            text = f"Prior authorization for {what} was denied on {one.happened.day.isoformat()}."
            yield Line(REQUEST, "denied", "", (Said(text, (one.id,)),))
            return


def _refused_by(told: str, denial: Entry, facts: Facts) -> bool:
    """Whether a denial is the told payer's: where it doesn't name its own, no other payer may be recorded."""
    named = denial.detail.get("payer", "")
    if named:
        return is_payer(told, named)
    payers = {
        one.detail["payer"]
        for one in facts.record.entries
        if one.kind == "Coverage" and one.detail.get("payer")
    }
    return all(is_payer(told, one) for one in payers)


def _is_of(entry: Entry, service: Sequence[str], facts: Facts) -> bool:
    named = facts.knowledge.drugs.find(entry.detail.get("service") or entry.text, entry.codes)
    return set(service) <= {drug.name for drug in named}
