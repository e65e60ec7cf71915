"""Who may call: the credentials that every embedded server accepts, checked by the contract's scheme.

The answer is a situation (a row of `refusals`), never a status: which error an unauthenticated call gets is
the vendor's affair.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from specs.auth import Credentials
from specs.contract import Auth
from specs.message import HttpRequest, header
from specs.wire.sigv4 import signature_problem


def problem(auth: Auth, credentials: Credentials, request: HttpRequest, now: float) -> str | None:
    """None when the request carries the credentials, else `unauthenticated` or `bad_credentials`."""
    if auth.scheme == "none":
        return None
    if auth.scheme == "sigv4":
        return signature_problem(request, credentials, datetime.fromtimestamp(now, UTC), auth.service, auth.region)
    value = header(request.headers, auth.header)
    if not value:
        return "unauthenticated"
    return None if _is_token(auth, credentials.token, value) else "bad_credentials"


def _is_token(auth: Auth, token: str, value: str) -> bool:
    words = [f"{prefix} {token}" for prefix in auth.prefixes] or [token]
    # Bytes of a header that are no UTF-8 arrive as surrogates.
    given = value.strip().encode("utf-8", "surrogateescape")
    return any(hmac.compare_digest(given, word.encode()) for word in words)
