"""Hooks: which cards were given to EHRs and what became of them, and which signed statements were used."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import OuterRef, QuerySet, Subquery

from careloom.care.alert import Card, Said
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.hooked import HookCard, HookFeedback, UsedStatement
from careloom.store.ids import as_uuid, new_id
from careloom.store.row import place


@dataclass(frozen=True, slots=True)
class Given:
    """A card that was given, by rule and how grave it was, with what became of it: "accepted", "overridden" or "" for nothing said."""

    rule: str
    indicator: str
    outcome: str


@dataclass(frozen=True)
class Hooks:
    """The cards of one organisation."""

    keys: Keys

    def give(
        self, cards: Sequence[Card], patient: str | None, *, service: str, issuer: str, at: datetime
    ) -> tuple[Card, ...]:
        """Keep that these cards are given to an EHR; the same cards with their ids."""
        told = [(new_id(), one) for one in cards]
        if told:
            with writing():
                HookCard.objects.bulk_create(
                    HookCard(
                        id=row_id,
                        organisation=self.keys.organisation,
                        patient_id=as_uuid(patient, "patient") if patient else None,
                        proposal_id=as_uuid(one.proposal, "proposal") if one.proposal else None,
                        service=service,
                        rule=one.rule,
                        indicator=one.indicator,
                        issuer=issuer[:64],
                        at=at,
                    )
                    for row_id, one in told
                )
        return tuple(replace(one, id=str(row_id)) for row_id, one in told)

    def say(self, said: Sequence[Said], *, service: str, issuer: str, at: datetime) -> tuple[HookCard, ...]:
        """Append what became of cards, all of it or nothing; the cards of what is new. Raises InputError for one that this EHR wasn't given."""
        known = self._known(said, service, issuer)
        new: list[HookCard] = []
        with writing():
            for one in said:
                card = known[one.card]
                row_id = new_id()
                comment = one.comment.encode()
                _, made = HookFeedback.objects.get_or_create(
                    card=card,
                    outcome=one.outcome,
                    said_at=one.at,
                    defaults={
                        "id": row_id,
                        "organisation": self.keys.organisation,
                        "reason": one.reason,
                        "at": at,
                        "sealed_comment": self.keys.seal(comment, place("hook feedback", row_id, "comment"))
                        if comment
                        else b"",
                    },
                )
                new += [card] if made else []
        return tuple(new)

    def _known(self, said: Sequence[Said], service: str, issuer: str) -> dict[str, HookCard]:
        ids: dict[str, UUID] = {}
        for number, one in enumerate(said):
            try:
                ids[one.card] = UUID(one.card)
            except ValueError:
                raise InputError("names no card of ours", f"feedback[{number}].card") from None
        rows = self._cards().filter(service=service, issuer=issuer[:64]).in_bulk(list(set(ids.values())))
        for number, one in enumerate(said):
            if ids[one.card] not in rows:
                raise InputError("names no card of ours", f"feedback[{number}].card")
        return {name: rows[row_id] for name, row_id in ids.items()}

    def comments(self, card: str) -> tuple[str, ...]:
        """What people wrote when they set a card aside, the oldest first."""
        rows = HookFeedback.objects.filter(organisation=self.keys.organisation, card=as_uuid(card, "card"))
        return tuple(
            self.keys.open(bytes(row.sealed_comment), place("hook feedback", row.id, "comment")).decode()
            for row in rows.order_by("at", "id")
            if bytes(row.sealed_comment)
        )

    def given(self, newest: int) -> Iterable[Given]:
        """So many cards, the newest first, each with the newest word on what became of it."""
        last = HookFeedback.objects.filter(card=OuterRef("pk")).order_by("-said_at").values("outcome")[:1]
        rows = self._cards().annotate(outcome=Subquery(last)).order_by("-at", "-id")[:newest]
        return [
            Given(rule, indicator, outcome or "")
            for rule, indicator, outcome in rows.values_list("rule", "indicator", "outcome")
        ]

    def use(self, statement: str, ends: datetime, now: datetime) -> bool:
        """Take a signed statement for one request; False where it was taken before. What has ended is forgotten."""
        rows = UsedStatement.objects.filter(organisation=self.keys.organisation)
        digest = hashlib.sha256(statement.encode()).hexdigest()
        try:
            with writing():
                rows.filter(ends__lt=now).delete()
                UsedStatement.objects.create(organisation=self.keys.organisation, digest=digest, ends=ends)
        except IntegrityError:
            return False
        return True

    def _cards(self) -> QuerySet[HookCard]:
        return HookCard.objects.filter(organisation=self.keys.organisation)
