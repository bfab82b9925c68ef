"""Text messages: a file each, JSON, for a gateway's own small program."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from careloom.care.sending import Outgoing
from careloom.deliver.outbox import deposit
from careloom.errors import DeliveryError

# About ten segments; what is longer is no text message.
LONGEST = 1_500


@dataclass(frozen=True)
class Texts:
    """Text messages in a folder."""

    folder: Path
    once: bool = True

    def send(self, message: Outgoing, about_to: Callable[[], None]) -> None:
        """Put it into the folder: key, to (digits with the country's +1), text, at."""
        if len(message.text) > LONGEST:
            raise DeliveryError(
                f"is longer than a text message can be ({LONGEST} characters)", permanent=True
            )
        said = {
            "key": message.key,
            "to": f"+1{message.to}",
            "text": message.text,
            "at": message.at.isoformat(),
        }
        about_to()
        deposit(self.folder, f"{message.key}.json", json.dumps(said, ensure_ascii=False).encode())
