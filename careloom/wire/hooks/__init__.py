"""EHRs that ask at a hook: which the site trusts, whether a signed statement is one of theirs, and what they let us read.

Source   CDS Hooks 2.0, "Trusting CDS Clients" and "FHIR Resource Access"; RFC 7515, 7519 and 8725 (best practices for JWT)
Takes    the site's file of issuers, a bearer token, the address that was asked
Gives    the issuer whose statement it is; the resources that an EHR let us read
Never    follows an address that only a request names, takes a symmetric or absent signature, or keeps a token
"""

from careloom.wire.hooks.issuers import Issuer, issuers
from careloom.wire.hooks.keys import Keyholders
from careloom.wire.hooks.reading import may_read, read
from careloom.wire.hooks.token import Statement, trusted

__all__ = ["Issuer", "Keyholders", "Statement", "issuers", "may_read", "read", "trusted"]
