"""A process that tells what listeners left in a home's store and journals, as a JSON object.

python listen_stored.py HOME
"""

import json
import os
import sys
from pathlib import Path


def main(home: Path) -> None:
    os.environ["CARELOOM_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
    import django

    django.setup()
    from careloom import settings
    from careloom.store import open_store
    from careloom.store.database import prepare
    from careloom.store.models import Receipt, StoredMessage, place

    site = settings.read()
    prepare(site.home)
    store = open_store(home=site.home, organisation=site.organisation)
    # First: what is read after this is not counted, and what was read before is in the store below.
    unread = sum(one.messages for one in store.journals.unread())
    receipts = Receipt.objects.filter(organisation=site.organisation).select_related("message")
    messages = []
    for row in receipts.order_by("journal", "number"):
        sender = store.keys.open(bytes(row.sealed), place("receipt", row.id, "sender")).decode()
        with store.messages.open(row.message.sha256) as body:
            text = body.read().decode(errors="replace")
        messages.append([sender.partition("\n")[2], row.message.sha256, row.message.source, text])
    print(
        json.dumps(
            {
                "messages": messages,
                "rows": StoredMessage.objects.filter(organisation=site.organisation).count(),
                "received": [message.sha256 for message in store.messages.all()],
                "rejected": [[one.name, one.where, one.reason] for one in store.messages.rejections()],
                "unfinished": len(store.messages.unfinished()),
                "unread": unread,
                "patients": len(store.patients.all()),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
