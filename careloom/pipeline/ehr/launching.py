"""Launching: an EHR opens Careloom inside itself, for somebody whom the site knows, with a patient of ours.

Takes    the systems that the site has registered us at (`smart` in sources.toml), and what comes back from one of them
Gives    the account that an administrator linked to whoever came, and the one patient of ours whom she came with
Never    asks a server that the site has not set, takes a name or an e-mail for a person, or puts anybody into a care team
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import sleep

import msgspec

from careloom.care.entry import Identifier, Person, Reading
from careloom.care.system import SmartApp, SourceSystem
from careloom.connect.fhir.patient import Patient, person
from careloom.errors import InputError, LaunchRefused
from careloom.identity import seen
from careloom.pipeline import merging
from careloom.store.opening import Store
from careloom.wire import fhir
from careloom.wire.fhir.keys import private_key, public_set
from careloom.wire.fhir.launch import PEOPLE, Ehr

# Seconds that somebody waits at a page for one answer of the EHR; and the most that one may hold.
WAITED_FOR, MOST_BYTES = 10.0, 1 << 20


@dataclass(frozen=True, slots=True)
class Linked:
    """An EHR that opens Careloom, what people call it, and since when somebody is linked to her person there (None: she isn't)."""

    name: str
    label: str
    since: datetime | None


@dataclass(frozen=True)
class Launching:
    """The EHRs that open Careloom inside themselves."""

    store: Store
    systems: Mapping[str, SourceSystem]
    clock: Callable[[], datetime]

    def apps(self) -> dict[str, SmartApp]:
        """Those that the site has set, by name."""
        return {name: one.smart for name, one in self.systems.items() if one.smart}

    def calling(self, iss: str) -> str:
        """The name of the system with just this FHIR base URL. Raises LaunchRefused for any other; nobody is asked."""
        said = iss.rstrip("/")
        for name in self.apps():
            if self.systems[name].url.rstrip("/") == said:
                return name
        raise LaunchRefused("unknown issuer")

    def ehr(self, name: str) -> Ehr:
        """The EHR of that name. Raises LaunchRefused where the site has set none, ConfigError naming what to mend."""
        system = self.systems.get(name)
        if system is None or system.smart is None:
            raise LaunchRefused("unknown issuer")
        # The key of a backend service has no part in it.
        plain = SourceSystem(name=name, url=system.url, profile=system.profile, options=system.options)
        time = fhir.Time(self.clock, sleep)
        return Ehr(fhir.open_server(plain, time, MOST_BYTES, waited_for=WAITED_FOR), system.smart)

    def public_keys(self) -> list[object]:
        """The public halves of the keys with which we say who asks."""
        files = dict.fromkeys(app.key for app in self.apps().values() if app.key)
        return [key for file in files for key in public_set(private_key(file))["keys"]]

    def link(self, user: str, name: str, who: str) -> None:
        """Link an account (a user's id) to what an EHR calls that person ("Practitioner/1").

        Raises InputError where it is no person of a system that launches, or somebody is linked already.
        """
        issuer = self._issuer(name)
        kind, _, number = who.partition("/")
        if kind not in PEOPLE or not number:
            raise InputError(f"say whom the EHR means, as one of {', '.join(PEOPLE)}: Practitioner/ID")
        if self.store.factors.identity(_provider(name), issuer, who) is not None:
            raise InputError("somebody is linked to this person of the EHR already: forget that first")
        if not self.store.factors.bind(user, _provider(name), issuer, who, self.clock()):
            raise InputError("she is linked to somebody of this EHR already: forget that first")

    def linked(self) -> Callable[[str], tuple[Linked, ...]]:
        """What finds, by a user's id, the EHRs that open Careloom, and to which of them she is linked."""
        apps, bound = self.apps(), self.store.factors.bound()
        return lambda user: tuple(
            Linked(name, app.label, bound.get(user, {}).get(_provider(name))) for name, app in apps.items()
        )

    def forget(self, user: str, name: str) -> bool:
        """Part an account from an EHR; whether it was linked. Raises InputError for a system that there isn't."""
        self._issuer(name)
        return bool(self.store.factors.unbind(user, _provider(name)))

    def account(self, name: str, issuer: str, who: str) -> str | None:
        """The id of the account that is linked to somebody of an EHR; None where nobody is."""
        return self.store.factors.identity(_provider(name), issuer, who)

    def whom(self, name: str, patient: str, body: bytes) -> str:
        """Our id of the patient whom an EHR's Patient resource describes: a number that it gives must be of somebody of ours whom
        names, birth date and sex don't contradict. Raises LaunchRefused for anybody else; nobody is founded."""
        try:
            found = msgspec.json.decode(body, type=Patient)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise LaunchRefused("no patient") from None
        if found.id != patient:
            raise LaunchRefused("no patient")
        asked = person(found, name, f"Patient/{patient}")
        ours = self._ours(asked)
        if ours is None:
            raise LaunchRefused("not ours")
        return ours

    def _ours(self, asked: Person) -> str | None:
        census = self.store.patients.census((asked,), None)
        try:
            ours = merging.found(merging.arriving(asked, census), Reading(person=asked), census)
        except InputError:
            raise LaunchRefused("in doubt") from None
        # Whoever is described alike may be another; a number that the EHR itself gives is what ties the two together.
        numbers = [Identifier(*one) for one in sorted(seen((asked,)).identifiers)]
        bearers = {census.clusters.first(one) for one in census.bearers(numbers)}
        return ours if ours in bearers else None

    def _issuer(self, name: str) -> str:
        app = self.apps().get(name)
        if app is None:
            raise InputError("no such system launches Careloom: see smart in sources.toml")
        return app.issuer or self.systems[name].url.rstrip("/")


def _provider(name: str) -> str:
    return f"ehr {name}"
