"""Nouns as canonical bytes and back: JSON with sorted keys, times with their offset."""

import msgspec

from careloom.care.call import Call
from careloom.care.document import Decision, Proposal
from careloom.care.drill import Drill
from careloom.care.entry import Entry, Person
from careloom.care.panel import Stands
from careloom.care.parallel import Happened as RunHappened
from careloom.care.pilot import Happened as PilotHappened
from careloom.care.pilot import PilotProtocol
from careloom.care.progress import Progress
from careloom.care.quality import Case, QualityCount
from careloom.care.second import Happened
from careloom.care.writing import There

encode = msgspec.json.Encoder(order="deterministic").encode
entry = msgspec.json.Decoder(Entry).decode
person = msgspec.json.Decoder(Person).decode
proposal = msgspec.json.Decoder(Proposal).decode
progress = msgspec.json.Decoder(Progress).decode
drill = msgspec.json.Decoder(Drill).decode
call = msgspec.json.Decoder(Call).decode
decision = msgspec.json.Decoder(Decision).decode
pilot_protocol = msgspec.json.Decoder(PilotProtocol).decode
ran = msgspec.json.Decoder(RunHappened).decode
piloted = msgspec.json.Decoder(PilotHappened).decode
quality_count = msgspec.json.Decoder(QualityCount).decode
quality_cases = msgspec.json.Decoder(tuple[Case, ...]).decode
happened = msgspec.json.Decoder(Happened).decode
entries = msgspec.json.Decoder(dict[str, Entry]).decode
words = msgspec.json.Decoder(dict[str, str]).decode
stands = msgspec.json.Decoder(tuple[Stands, ...]).decode
there = msgspec.json.Decoder(There | None).decode


def plain(noun: object) -> object:
    """A noun as JSON has it: lists, mappings, text and numbers."""
    return msgspec.to_builtins(noun, str_keys=True)
