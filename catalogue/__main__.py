"""Bring the catalogue up to date and compile it: `python -m catalogue` (or `make words`)."""

import os

import django

from catalogue import PO, as_po, compiled, read, updated, whole

# Templates are looked for where the site has them.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careloom.django_settings")
django.setup()

catalog = updated(read())
PO.parent.mkdir(parents=True, exist_ok=True)
PO.write_bytes(as_po(catalog))
PO.with_suffix(".mo").write_bytes(compiled(catalog))
lacking = [message.id for message in catalog if message.id and not whole(message.string)]
print(f"{len(catalog)} messages, {len(lacking)} without Spanish")
for one in lacking:
    print(f"  {one}")
