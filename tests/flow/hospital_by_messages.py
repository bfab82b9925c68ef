"""A site that sends what was signed to a hospital as HL7 v2 messages, and a hospital that answers as it is told."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from careloom.pipeline import Pipeline
from careloom.web.printing import printed
from tests.flow.process import ADA
from tests.flow.writing_site import WritingSite


def configure(home: Path, port: int, write: str = "", system: str = "riverside_ehr", **options: str) -> None:
    """What sources.toml says of Ada Moreno's hospital."""
    given = {
        "address": f"mllp://127.0.0.1:{port}",
        "facility": "COUNTY",
        "to_facility": "RIVERSIDE",
    } | options
    said = "".join(f'"{name}" = "{value}"\n' for name, value in given.items())
    (home / "sources.toml").write_text(
        f'[{system}]\n[{system}.write]\nway = "mdm"\n{write}\n[{system}.write.options]\n{said}'
    )


@dataclass
class Site(WritingSite):
    """A site that hears of her by her hospital's messages, and sends it messages."""

    home: Path
    port: int
    write: str = ""
    options: dict[str, str] = field(default_factory=dict)

    def set_up(self) -> None:
        self.configure()

    def learn(self) -> None:
        self.desk.connect(ADA[:1], source="riverside_ehr")

    def configure(self, port: int = 0, write: str = "", **options: str) -> None:
        self.port = port or self.port
        self.options |= options
        self.write = write or self.write
        configure(self.home, self.port, self.write, **({"answer_seconds": "2"} | self.options))

    def built(self) -> Pipeline:
        return replace(super().built(), printer=printed)
