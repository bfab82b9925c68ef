"""The description of the API: what each operation may refuse, and which scope a token needs for it."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from careloom.care.scopes import scope_of

REFUSALS = {
    400: "The request can't be read.",
    401: "Nobody is signed in, or the token is wrong, too old or revoked.",
    403: "A rule of the site says no: the role, the care team, the licence, the token's scope, or a page that is too old.",
    404: "There is nothing of that id.",
    409: "The record moved since it was read.",
    422: "What was sent doesn't fit; the place is named.",
    429: "Too often in this minute; Retry-After says when to come again.",
    502: "Another system failed for good.",
    503: "Another system is not answering now.",
}
OUTCOME: dict[str, Any] = {
    "title": "OperationOutcome",
    "description": "A FHIR OperationOutcome; `diagnostics` holds ids and codes alone.",
    "type": "object",
    "required": ["resourceType", "issue"],
    "properties": {
        "resourceType": {"const": "OperationOutcome"},
        "issue": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["severity", "code", "diagnostics"],
                "properties": {
                    "severity": {"const": "error"},
                    "code": {"type": "string"},
                    "diagnostics": {"type": "string"},
                },
            },
        },
    },
}


class Plain(Parser):
    """Reads a body as JSON of which no word holds a NUL, which no database keeps."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises ValueError, which is a 400, for what is no such JSON."""
        found = super().parse_body(request)
        # JSON writes a NUL as one escape alone, whatever stands around it.
        if "\\u0000" in json.dumps(found).replace("\\\\", ""):
            raise ValueError("a NUL in a word")
        return found


class Described(NinjaAPI):
    """The API with its refusals in its description."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """The description."""
        schema = super().get_openapi_schema(**given)
        schema.setdefault("components", {}).setdefault("schemas", {})["OperationOutcome"] = OUTCOME
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _describe(operation, f"{method.upper()} {path.partition('/api')[2]}")
        return schema


def _describe(operation: dict[str, Any], name: str) -> None:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/OperationOutcome"}}}
    for status, words in REFUSALS.items():
        operation["responses"].setdefault(status, {"description": words, "content": content})
    scope = scope_of(name)
    said = f"A token needs the scope `{scope}`." if scope else "No token reaches this."
    operation["description"] = f"{operation.get('description', '')}\n\n{said}".strip()
