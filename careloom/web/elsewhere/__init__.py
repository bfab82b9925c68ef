"""Elsewhere: people who sign in at their hospital's identity provider, by OpenID Connect or SAML.

Takes    the site's `identity_providers.toml`, and what an identity provider says of somebody
Gives    a signed-in user whom the administrator had added, or a refusal in words
Never    makes an account, a role or a licence from what somebody else says
"""
