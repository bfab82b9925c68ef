"""How often somebody came in this minute, counted in the database so that all processes count together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.database import machine_errors, writing
from careloom.store.ids import new_id
from careloom.store.models import Coming
from careloom.store.prepared import answer

MINUTE = timedelta(minutes=1)
KEPT = timedelta(hours=1)
_AGAIN = "UPDATE store_coming SET times = times + 1 WHERE organisation = %s AND who = %s AND minute = %s RETURNING times"
_COUNTED = Asked(
    lambda organisation, who, minute: Coming.objects.filter(
        organisation=organisation, who=who, minute=minute
    ).values_list("times")
)


@dataclass(frozen=True)
class Comings:
    """The counts of one organisation's site."""

    keys: Keys

    def count(self, who: str, now: datetime) -> int:
        """Count once more; how often it is in this minute."""
        minute = now.replace(second=0, microsecond=0)
        if (times := self._again(who[:96], minute)) is not None:
            return times
        rows = Coming.objects.filter(organisation=self.keys.organisation, who=who[:96], minute=minute)
        with writing():
            if not rows.update(times=F("times") + 1):
                Coming.objects.filter(organisation=self.keys.organisation, minute__lt=now - KEPT).delete()
                first = Coming(
                    id=new_id(), organisation=self.keys.organisation, who=who[:96], minute=minute, times=0
                )
                # Another process may have begun the same minute: then its row is the one.
                Coming.objects.bulk_create([first], ignore_conflicts=True)
                rows.update(times=F("times") + 1)
            return rows.values_list("times", flat=True).get()

    def _again(self, who: str, minute: datetime) -> int | None:
        """Count once more in one statement, without Django's own words for it; None where it is the first in this minute."""
        adapted = connection.ops.adapt_datetimefield_value(minute)
        with machine_errors():
            found = answer(_AGAIN, [self.keys.organisation, who, adapted])
        return int(found[0][0]) if found else None

    def counted(self, who: str, now: datetime) -> int:
        """How often somebody came in this minute."""
        minute = now.replace(second=0, microsecond=0)
        found = _COUNTED.first(self.keys.organisation, who[:96], minute)
        return found[0] if found is not None else 0
