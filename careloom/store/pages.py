"""Pages and replies: what can't wait, whom it was told, what patients wrote back, and who read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet

from careloom.care.entry import Message
from careloom.care.urgent import About, Cause, Page, Reply, ReplyKind, Told
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import PageStep, ReplyRead, StoredMessage, StoredPage, StoredReply, place
from careloom.store.sameness import Sameness


def _outcome() -> Exists:
    """That what was done stands written, and wasn't taken back since."""
    undone = PageStep.objects.filter(page=OuterRef("page"), what="undone", number__gt=OuterRef("number"))
    return Exists(PageStep.objects.filter(~Exists(undone), page=OuterRef("pk"), what="outcome"))


_OPEN_ABOUT = Asked(
    lambda organisation: StoredPage.objects.filter(
        ~_outcome(),
        organisation=organisation,
        patient__isnull=False,
    ).values_list("patient_id", "cause", "reference")
)


@dataclass(frozen=True)
class Pages:
    """The pages of one organisation."""

    keys: Keys

    def open(
        self, cause: Cause, reference: str, *, patient: str, words: str, at: datetime
    ) -> tuple[Page, bool]:
        """A page about a message or an entry, and whether it is new: one cause about one thing is one page."""
        key = f"{cause}:{reference}"
        row_id = new_id()
        known = self._rows().filter(key=key).first()
        if known is not None:
            return self._page(known), False
        try:
            with writing():
                row = StoredPage.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    key=key,
                    patient_id=as_uuid(patient, "patient") if patient else None,
                    cause=cause,
                    reference=reference,
                    sealed=self.keys.seal(words.encode(), place("page", row_id, "words")),
                    at=at,
                )
        except IntegrityError:
            return self._page(self._rows().get(key=key)), False
        return self._page(row), True

    def step(self, page: Page, told: Told) -> bool:
        """Append what was done about a page since it was read; False where somebody else was first."""
        row_id = new_id()
        try:
            with writing():
                PageStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    page_id=as_uuid(page.id, "page"),
                    number=len(page.steps) + 1,
                    what=told.what,
                    sealed_whom=self.keys.seal(told.whom.encode(), place("page step", row_id, "whom")),
                    at=told.at,
                )
        except IntegrityError:
            return False
        return True

    def get(self, page_id: str) -> Page:
        """A page. Raises InputError for an unknown one."""
        row = self._rows().filter(pk=as_uuid(page_id, "page")).first()
        if row is None:
            raise InputError("unknown page")
        return self._page(row)

    def about(self, cause: Cause, reference: str) -> tuple[Page, ...]:
        """Those of a cause whose reference begins so, the oldest first."""
        rows = self._rows().filter(cause=cause, reference__startswith=reference)
        return tuple(map(self._page, rows.order_by("at", "id")))

    def unfinished(self) -> tuple[Page, ...]:
        """Those of which nobody has written what was done, taken or not, the oldest first."""
        rows = self._rows().filter(~_outcome()).prefetch_related("steps")
        return tuple(map(self._page, rows.order_by("at", "id")))

    def waiting(self) -> tuple[Page, ...]:
        """Those of them that nobody holds."""
        return tuple(one for one in self.unfinished() if one.is_open)

    def about_whom(self) -> tuple[About, ...]:
        """What those of known patients are about of which nobody has written what was done; no page is opened for it."""
        rows = _OPEN_ABOUT.rows(self.keys.organisation)
        return tuple(About(str(patient), cause, reference) for patient, cause, reference in rows)

    def last(self, number: int = 50) -> tuple[Page, ...]:
        """The newest, open or not."""
        return tuple(map(self._page, self._rows().prefetch_related("steps").order_by("-at", "-id")[:number]))

    def _rows(self) -> QuerySet[StoredPage]:
        return StoredPage.objects.filter(organisation=self.keys.organisation)

    def _page(self, row: StoredPage) -> Page:
        words = self.keys.open(bytes(row.sealed), place("page", row.id, "words")).decode()
        steps = tuple(
            Told(
                step.what,
                self.keys.open(bytes(step.sealed_whom), place("page step", step.id, "whom")).decode(),
                step.at,
            )
            for step in sorted(row.steps.all(), key=lambda one: one.number)
        )
        return Page(
            id=str(row.id),
            patient=str(row.patient_id or ""),
            cause=cast(Cause, row.cause),
            reference=row.reference,
            words=", ".join([words, *(step.whom for step in steps if step.what == "added")]),
            at=row.at,
            steps=steps,
        )


@dataclass(frozen=True)
class Replies:
    """The replies of one organisation's patients."""

    keys: Keys

    def add(self, message: Message, reply: Reply) -> Reply:
        """Keep what a reply was taken for; a message is one reply, and the first word on it stays."""
        row_id = new_id()
        stored = StoredMessage.objects.get(
            organisation=self.keys.organisation, sha256=message.sha256, source=message.source
        )
        with writing():
            row, _ = StoredReply.objects.get_or_create(
                organisation=self.keys.organisation,
                message=stored,
                defaults={
                    "id": row_id,
                    "patient_id": as_uuid(reply.patient, "patient") if reply.patient else None,
                    "channel": reply.channel,
                    "kind": reply.kind,
                    "language": reply.language,
                    "sealed_text": self.keys.seal(reply.text.encode(), place("reply", row_id, "text")),
                    "at": reply.at,
                },
            )
        return self._reply(row)

    def unlisted(self, source: str, before: datetime) -> tuple[str, ...]:
        """The messages (SHA-256) of a source that came before a time and were not taken for anything: their process died."""
        rows = StoredMessage.objects.filter(
            organisation=self.keys.organisation, source=source, received__lt=before, reply__isnull=True
        )
        return tuple(rows.order_by("received", "id").values_list("sha256", flat=True))

    def waiting(self) -> tuple[Reply, ...]:
        """Those that nobody has read, the oldest first."""
        read = ReplyRead.objects.filter(reply=OuterRef("pk"))
        return tuple(map(self._reply, self._rows().filter(~Exists(read)).order_by("at", "id")))

    def of(self, patient: str) -> tuple[Reply, ...]:
        """What a patient, or whoever is one person with them, wrote back, the newest first."""
        rows = self._rows().filter(patient__in=Sameness(self.keys).members(patient))
        return tuple(map(self._reply, rows.order_by("-at", "-id")))

    def patient(self, reply_id: str) -> str:
        """Who wrote a reply; "" where nobody knows, or there is no such reply."""
        found = self._rows().filter(pk=as_uuid(reply_id, "reply")).values_list("patient", flat=True)
        return next((str(one) for one in found if one), "")

    def read(self, reply_id: str, *, who: str, at: datetime) -> Reply:
        """Append that somebody read a reply. Raises InputError for an unknown one."""
        row = self._rows().filter(pk=as_uuid(reply_id, "reply")).first()
        if row is None:
            raise InputError("unknown reply")
        with writing():
            ReplyRead.objects.create(organisation=self.keys.organisation, reply=row, who=who, at=at)
        return self._reply(row)

    def _rows(self) -> QuerySet[StoredReply]:
        return StoredReply.objects.filter(organisation=self.keys.organisation).select_related("message")

    def _reply(self, row: StoredReply) -> Reply:
        return Reply(
            id=str(row.id),
            message=row.message.sha256,
            patient=str(row.patient_id or ""),
            channel=row.channel,
            kind=cast(ReplyKind, row.kind),
            language=row.language,
            text=self.keys.open(bytes(row.sealed_text), place("reply", row.id, "text")).decode(),
            at=row.at,
            read_by=row.reads.order_by("at", "id").values_list("who", flat=True).first() or "",
        )
