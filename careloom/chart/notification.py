"""What a webhook is sent: a notification Bundle that holds ids alone.

Source   HL7 Subscriptions R5 Backport 1.1.0 for FHIR R4: a Bundle of type history whose first entry is a Parameters with the status
         (backport-subscription-status-r4); payload content id-only: entries without resources
"""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from careloom.care.webhook import Telling
from careloom.chart.people import Resource

PROFILE = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
TOPIC = "urn:careloom:topic:"
HANDSHAKE, HEARTBEAT, EVENT = "handshake", "heartbeat", "event-notification"


def notification(webhook: str, kind: str, told: int, events: Sequence[Telling], at: str) -> Resource:
    """The Bundle; `webhook` is the subscription's id, `told` how many events there were in all, `at` an instant."""
    subscription = f"urn:uuid:{webhook}"
    topics = dict.fromkeys(one.topic for one in events)
    parameters = [
        {"name": "subscription", "valueReference": {"reference": subscription}},
        *({"name": "topic", "valueCanonical": f"{TOPIC}{one}"} for one in topics),
        {"name": "status", "valueCode": "requested" if kind == HANDSHAKE else "active"},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(told)},
        *(_event(one) for one in events),
    ]
    status: Resource = {
        "resourceType": "Parameters",
        "id": str(uuid5(NAMESPACE_URL, f"{subscription}/{kind}/{told}")),
        "meta": {"profile": [f"{PROFILE}/backport-subscription-status-r4"]},
        "parameter": parameters,
    }
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{PROFILE}/backport-subscription-notification-r4"]},
        "type": "history",
        "timestamp": at,
        "entry": [
            {
                "fullUrl": f"urn:uuid:{status['id']}",
                "resource": status,
                "request": {"method": "GET", "url": f"Subscription/{webhook}/$status"},
                "response": {"status": "200"},
            },
            *(
                {"request": {"method": "GET", "url": one.about}, "response": {"status": "200"}}
                for one in events
                if "/" in one.about
            ),
        ],
    }


def _event(one: Telling) -> Resource:
    kind, _, name = one.about.partition(":")
    focus: Resource = (
        {"reference": one.about}
        if "/" in one.about
        else {"identifier": {"system": f"urn:careloom:{kind}", "value": name}}
    )
    return {
        "name": "notification-event",
        "part": [
            {"name": "event-number", "valueString": str(one.number)},
            {"name": "timestamp", "valueInstant": one.at.isoformat(timespec="seconds")},
            {"name": "focus", "valueReference": focus},
        ],
    }
