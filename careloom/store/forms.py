"""Forms: which of those that count once were taken, so that the same bytes sent again do nothing again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError

from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.formed import TakenForm

# Far longer than a session with its form token lives; after it a form can't be sent anyway.
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Forms:
    """The forms of one organisation's pages."""

    keys: Keys

    def take(self, name: str, who: str, at: datetime) -> bool:
        """Take a form by its name; False where it was taken before, also by a request that is under way."""
        rows = TakenForm.objects.filter(organisation=self.keys.organisation)
        try:
            with writing():
                rows.filter(at__lt=at - KEPT).delete()
                TakenForm.objects.create(organisation=self.keys.organisation, name=name, who=who, at=at)
        except IntegrityError:
            return False
        return True

    def give_back(self, name: str) -> None:
        """What was sent did nothing: the same form may come again."""
        with writing():
            TakenForm.objects.filter(organisation=self.keys.organisation, name=name).delete()
