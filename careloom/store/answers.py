"""A language model's answers, sealed, so that the same question about the same entries is asked once."""

from dataclasses import dataclass

from django.utils import timezone

from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import new_id
from careloom.store.models import Answer, place


@dataclass(frozen=True)
class Answers:
    """One organisation's kept answers; implements `llm.Answers`."""

    keys: Keys

    def get(self, key: str) -> str | None:
        """The answer kept under `key`, or None."""
        digests = self.keys.indexes("answer", key)
        row = Answer.objects.filter(organisation=self.keys.organisation, digest__in=digests).first()
        return self.keys.open(bytes(row.sealed), place("answer", row.id, "text")).decode() if row else None

    def put(self, key: str, answer: str) -> None:
        """Keep `answer` under `key`; the first one stays."""
        row_id = new_id()
        with writing():
            Answer.objects.bulk_create(
                [
                    Answer(
                        id=row_id,
                        organisation=self.keys.organisation,
                        digest=self.keys.index("answer", key),
                        sealed=self.keys.seal(answer.encode(), place("answer", row_id, "text")),
                        at=timezone.now(),
                    )
                ],
                ignore_conflicts=True,
            )
