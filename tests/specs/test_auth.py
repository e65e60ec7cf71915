"""Credentials never show their secrets."""

from __future__ import annotations

from specs.auth import LOCAL, Credentials


def test_secrets_are_not_shown() -> None:
    """The text of credentials has no token and no secret key in it."""
    shown = repr(Credentials("tok-en", "access", "sec-ret", "ses-sion"))
    assert "access" in shown
    assert not any(secret in shown for secret in ("tok-en", "sec-ret", "ses-sion"))


def test_local_credentials_are_what_the_embedded_servers_take() -> None:
    """The local credentials are the documented ones."""
    assert ("local-token", "local-access-key", "local-secret-key") == (LOCAL.token, LOCAL.access_key, LOCAL.secret_key)
