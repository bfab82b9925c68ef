"""The error tree: exceptions are about us or another system, sorted by who must act.

A finding is about a patient's plan and is data (`care.document.Finding`); it is never raised.
No message of these carries a name, a birth date or a clinical value: ids, codes and places only.
"""

from typing import ClassVar


class CareloomError(Exception):
    """Anything that Careloom raises on purpose; `exit_code` and `http_status` are its contract."""

    exit_code: ClassVar[int] = 70
    http_status: ClassVar[int] = 500


class ConfigError(CareloomError):
    """The operator must mend a setting, a key or the machine."""

    exit_code = 78
    http_status = 500


class InputError(CareloomError):
    """The sender must mend a message. `where` is the place inside it (line, path, field)."""

    exit_code = 65
    http_status = 422

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.where = where


class PatientMismatch(InputError):
    """Two people would become one."""

    http_status = 409


class UnknownPatient(InputError):
    """A message about somebody whom nobody knows yet, and who cannot be founded from it (no name or birth date)."""


class NamesNobody(InputError):
    """A scan names nobody for certain: a person who looks at it says whose it is."""


class UnknownReference(InputError):
    """A message refers to something that its sender has not sent yet, and says nothing without it."""


class ExternalError(CareloomError):
    """Another system failed; trying again helps unless `permanent`."""

    exit_code = 75
    http_status = 503

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class SourceError(ExternalError):
    """A system that we read from. `reached`: what was asked of it may have arrived, although no answer came; `after`: the seconds for which
    it asks to be left alone.
    """

    reached = False
    after = 0.0


class NotGiven(SourceError):
    """An EHR asks about somebody of whom nothing is known here, and doesn't give what an answer needs (CDS Hooks 2.0: 412)."""

    http_status = 412


class ModelError(ExternalError):
    """A language model or its endpoint."""


class WriteBackError(ExternalError):
    """A system that we write to; `permanent` where only a person can do something about it, `after` the seconds for which it asks to be left alone."""

    after = 0.0


class WriteBackUnknown(WriteBackError):
    """Something was handed over and no answer came: it may be there, so it is looked for before anything is sent again."""


class DeliveryError(ExternalError):
    """A system that we send messages through."""


class DeliveryUnknown(DeliveryError):
    """A message was handed over and no answer came: it may have gone out, so it isn't sent again by itself."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


class Refused(CareloomError):
    """A rule of ours said no."""

    exit_code = 77
    http_status = 403


class NotApproved(Refused):
    """Somebody who may release this has not released it."""


class NotLicensed(Refused):
    """This person's licence does not reach the tier."""


class Stopped(Refused):
    """What was asked for is stopped here (docs/safety_events.md), or whether it is can't be told."""

    http_status = 423


class NeedsNewer(Refused):
    """A row was written for a later version of this program, or a draft is made with a model that this process lacks: somebody who has it does what it asks for."""

    http_status = 503


class NotTrained(NotLicensed):
    """This person is asked to pass the training before she decides on real cases."""


class NotInCareTeam(NotLicensed):
    """This patient is not in this person's care; in an emergency she opens the record with a reason. `patient` is our id."""

    def __init__(self, patient: str) -> None:
        super().__init__("this patient is in another care team")
        self.patient = patient


class LaunchRefused(Refused):
    """What an EHR, or whoever speaks for it, sent opens nothing. Its text is a word for why, never what was sent."""


class AnotherChart(Refused):
    """A window that an EHR opened with one patient shows no other."""


class TooOften(Refused):
    """This token, person or address came too often in this minute; `first` is the first time that this was said of it."""

    http_status = 429

    def __init__(self, seconds: int, *, first: bool = False) -> None:
        super().__init__(f"too many requests in this minute; come again in {seconds} seconds")
        self.seconds = seconds
        self.first = first


class Untrusted(Refused):
    """Another system's signed statement of who it is is missing or does not hold; the words say why, and never what it said."""

    http_status = 401


class StaleRecord(Refused):
    """The record moved under a decision: a cited entry changed, or checking again found something new."""

    http_status = 409
