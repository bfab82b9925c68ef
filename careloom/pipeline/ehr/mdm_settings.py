"""How a site's receiver of HL7 v2 documents is reached and wants them: [NAME.write.options] of sources.toml (docs/hl7-out.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from careloom.care.system import SourceSystem
from careloom.chart import mdm
from careloom.chart.mdm import Receiver
from careloom.errors import ConfigError
from careloom.wire.mllp import Peer
from careloom.wire.mllp import peer as peers

# What each may be; () where anything.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "application": (),
    "facility": (),
    "to_application": (),
    "to_facility": (),
    "authority": (),
    "version": mdm.VERSIONS,
    "processing": ("P", "T", "D"),
    "accept": ("", "AL"),
    "application_ack": ("", "AL", "NE"),
    "completion": mdm.COMPLETIONS,
    "confidentiality": mdm.CONFIDENTIALITIES,
    "text": mdm.TEXTS,
}
_FILES = ("ca_file", "certificate", "certificate_key")
_SECONDS: Mapping[str, float] = {"connect_seconds": 10.0, "answer_seconds": 30.0}
# Of both together less than the time after which somebody else may begin (`writing_back.IN_HAND`).
_LONGEST_SECONDS = 300.0
_YES = ("yes", "no")
_OTHERS = ("address", "allow_plain", "numbers", "pdf", "pdf_kb")
# Before the id of a kind: what TXA-2 calls such documents.
_TYPE = "type."
_PDF_KB = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class MdmSettings:
    """What is set for one receiver; `numbers` are the sources whose numbers of patients it knows, `types` TXA-2 by kind."""

    system: str
    host: str
    port: int
    with_tls: bool
    to: Receiver
    numbers: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]
    connect_seconds: float
    answer_seconds: float
    pdf: bool
    pdf_kb: int

    @property
    def authority(self) -> str:
        """The assigning authority of numbers that it gave without naming one."""
        return self.to.authority

    def receiver(self, kind: str) -> Receiver:
        """How it wants documents of a kind."""
        return replace(self.to, type=dict(self.types).get(kind, ""))

    def peer(self, home: Path) -> Peer:
        """Where it is; files lie in `home`, where they don't name another place. Raises ConfigError for one that can't be read."""
        found = {name: home / said for name, said in self.files}
        context = None
        if self.with_tls:
            context = peers.tls(found.get("ca_file"), found.get("certificate"), found.get("certificate_key"))
        return Peer(
            host=self.host,
            port=self.port,
            tls=context,
            connect_seconds=self.connect_seconds,
            answer_seconds=self.answer_seconds,
        )


def mdm_settings(system: SourceSystem) -> MdmSettings:
    """What sources.toml says of a receiver. Raises ConfigError naming the option that is none, or not one of its words."""
    assert system.write is not None
    options = system.write.options
    where = f"{system.name}.write.options"
    for name, said in options.items():
        _check(f"{where}.{name}", name, said)
    plain = options.get("allow_plain", "no") == "yes"
    host, port, with_tls = peers.address(options.get("address", ""), f"{where}.address", allow_plain=plain)
    seconds = {
        name: _seconds(f"{where}.{name}", options.get(name, ""), usual) for name, usual in _SECONDS.items()
    }
    return MdmSettings(
        system=system.name,
        host=host,
        port=port,
        with_tls=with_tls,
        to=Receiver(**{name: said for name, said in options.items() if name in _WORDS}),
        numbers=_listed(options.get("numbers", "")) or (system.name,),
        types=tuple(
            (name.removeprefix(_TYPE), said) for name, said in options.items() if name.startswith(_TYPE)
        ),
        files=tuple((name, options[name]) for name in _FILES if options.get(name)),
        pdf=options.get("pdf", "no") == "yes",
        pdf_kb=int(options.get("pdf_kb", _PDF_KB)),
        **seconds,
    )


def _check(where: str, name: str, said: str) -> None:
    if name in _WORDS:
        words = _WORDS[name]
    elif name in ("allow_plain", "pdf"):
        words = _YES
    elif name in (*_FILES, *_SECONDS, *_OTHERS) or name.startswith(_TYPE):
        words = ()
    else:
        known = ", ".join((*_WORDS, *_FILES, *_SECONDS, *_OTHERS, f"{_TYPE}KIND"))
        raise ConfigError(f"{where} is none of {known}")
    if words and said not in words:
        raise ConfigError(f"{where} is none of {', '.join(filter(None, words))}")
    if name == "pdf_kb" and not (said.isascii() and said.isdigit() and int(said)):
        raise ConfigError(f"{where} is no number of KB")


def _seconds(where: str, said: str, usual: float) -> float:
    if not said:
        return usual
    try:
        found = float(said)
    except ValueError:
        found = 0.0
    if not 0 < found <= _LONGEST_SECONDS:
        raise ConfigError(f"{where} is no number of seconds up to {_LONGEST_SECONDS:.0f}")
    return found


def _listed(said: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in said.split(",") if one.strip())
