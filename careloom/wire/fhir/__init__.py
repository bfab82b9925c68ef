"""FHIR R4 servers: search with paging, bulk export, SMART Backend Services, and the ways of vendors.

Takes    a SourceSystem (url, profile, token_url, client_id, key, scope, options)
Gives    pages and files as the server sent them, what it can't answer in words, and how far it got
Never    sends a token to another host, follows a page link away from the server, or trusts a size that it was told
"""

from careloom.wire.fhir.bulk import Export, File, Manifest, Running
from careloom.wire.fhir.capability import Capability
from careloom.wire.fhir.exchange import Reply, Time
from careloom.wire.fhir.pages import CannotAnswer, Page, pages, resource
from careloom.wire.fhir.profile import Profile, profile
from careloom.wire.fhir.searches import Search, filters, searches, wanted
from careloom.wire.fhir.server import Server, open_server
from careloom.wire.fhir.written import MOVED, Answered, Refusal, change, found_by, provenances, read, transact

__all__ = [
    "MOVED",
    "Answered",
    "CannotAnswer",
    "Capability",
    "Export",
    "File",
    "Manifest",
    "Page",
    "Profile",
    "Refusal",
    "Reply",
    "Running",
    "Search",
    "Server",
    "Time",
    "change",
    "filters",
    "found_by",
    "open_server",
    "pages",
    "profile",
    "provenances",
    "read",
    "resource",
    "searches",
    "transact",
    "wanted",
]
