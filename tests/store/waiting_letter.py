"""Queue a letter for an invented person in $CARELOOM_HOME ("queue"), or print what has become of it ("state")."""

import os
import sys
from datetime import UTC, datetime


def main(what: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "careloom.django_settings"
    import django

    django.setup()
    from careloom.cli.frame import start
    from careloom.privacy.custody import Custody
    from careloom.store import open_store
    from careloom.store.sendings import Letter
    from tests.store.people import BOB, proposal_for

    site = start()
    store = open_store(home=site.home, organisation=site.organisation, custody=Custody.of(site))
    if what == "state":
        print(*(one.state.value for one in store.sendings.last()))
        return
    patient = store.patients.create(BOB)
    proposal = proposal_for(patient)
    store.proposals.add(proposal, {})
    at = datetime(2026, 11, 23, tzinfo=UTC)
    letter = Letter(
        proposal=proposal.id, patient=patient, channel="email", to="bob@mail.example", subject="", text=""
    )
    store.sendings.add(letter, at=at, not_before=at, by="u")


if __name__ == "__main__":
    main(sys.argv[1])
