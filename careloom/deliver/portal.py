"""Messages to a patient portal: a FHIR R4 Communication each, in a file for the portal's own interface."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from careloom.care.sending import Outgoing
from careloom.deliver.outbox import deposit


@dataclass(frozen=True)
class Portal:
    """Portal messages in a folder."""

    folder: Path
    once: bool = True

    def send(self, message: Outgoing, about_to: Callable[[], None]) -> None:
        """Put it into the folder; the recipient is our patient's id."""
        whom = {"reference": f"Patient/{message.to}"}
        said = {
            "resourceType": "Communication",
            "identifier": [{"system": "urn:careloom:sending", "value": message.key}],
            "status": "completed",
            "subject": whom,
            "recipient": [whom],
            "sent": message.at.isoformat(),
            "topic": {"text": message.subject},
            "payload": [{"contentString": message.text}],
        }
        about_to()
        deposit(self.folder, f"{message.key}.json", json.dumps(said, ensure_ascii=False).encode())
