"""What the API answers where it refuses: a FHIR OperationOutcome with the status of the error tree, which holds ids and codes only."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from careloom.errors import CareloomError, InputError, TooOften
from careloom.web.limits import retry_after
from careloom.web.views.problems import RETRY, status_of
from careloom.web.whence import note_refusal

# FHIR IssueType (http://hl7.org/fhir/issue-type) for the statuses of the error tree.
ISSUE = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    409: "conflict",
    422: "invalid",
    423: "lock-error",
    429: "throttled",
    502: "exception",
    503: "transient",
}


def outcome(status: int, diagnostics: str) -> JsonResponse:
    """An OperationOutcome with one issue; `diagnostics` holds ids and codes only."""
    issue = {"severity": "error", "code": ISSUE.get(status, "exception"), "diagnostics": diagnostics}
    return JsonResponse({"resourceType": "OperationOutcome", "issue": [issue]}, status=status)


def _refused(request: HttpRequest, error: CareloomError | type[CareloomError]) -> HttpResponse:
    if isinstance(error, CareloomError):
        note_refusal(request, error)
    answer = outcome(status_of(error) if isinstance(error, CareloomError) else 500, str(error))
    return retry_after(answer, error) if isinstance(error, TooOften) else answer


def _nobody(request: HttpRequest, error: AuthenticationError | type[AuthenticationError]) -> HttpResponse:
    del request, error
    return outcome(401, "sign in first")


def _unfit(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    """What ninja itself refuses: a request without its CSRF token, a body that is no JSON."""
    del request
    status = error.status_code if isinstance(error, HttpError) else 400
    return outcome(
        status, "the CSRF token is missing or old" if status == 403 else "the request can't be read"
    )


def _nothing(request: HttpRequest, error: Http404 | type[Http404]) -> HttpResponse:
    del request, error
    return outcome(404, "there is nothing of that id")


def _malformed(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    del request
    places = {".".join(str(part) for part in one["loc"][1:]) for one in getattr(error, "errors", [])}
    wrong = InputError("does not fit", where=", ".join(sorted(places)) or "body")
    return outcome(422, str(wrong))


def _away(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """The database is restarting: whoever asks looks first whether what she sent was taken."""
    del request, error
    answer = outcome(503, "the database isn't answering; what was sent may not have been taken")
    answer.headers["Retry-After"] = str(RETRY)
    return answer


HANDLERS: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    CareloomError: _refused,
    AuthenticationError: _nobody,
    HttpError: _unfit,
    Http404: _nothing,
    ValidationError: _malformed,
    OperationalError: _away,
    InterfaceError: _away,
}
