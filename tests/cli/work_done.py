"""Somebody's work in a home, as its pages would tell of it: `python work_done.py PROPOSAL USER`."""

import os
import sys
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careloom.django_settings")

import django

django.setup()

from careloom import pipeline, settings  # noqa: E402
from careloom.care.worked import Beat  # noqa: E402

case, user = sys.argv[1:]
site = pipeline.build(settings.read())
who, patient = site.store.users.reviewer(user).user, site.store.proposals.patient(case)
for minute in range(5):
    at = datetime(2026, 11, 23, 15, tzinfo=UTC) + timedelta(minutes=minute)
    word = "beat" if minute else "begin"
    site.store.worked.beat(who, Beat("phone", patient, case, "call", word, at))
