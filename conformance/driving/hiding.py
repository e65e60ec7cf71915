"""Secrets taken out of what a target sends back.

Requests are recorded without credentials, but a target may repeat what it was sent: a page for debugging shows every
header, an error message quotes the token. What a history holds goes into reports, so the secrets are taken out before
anything is recorded, in the spellings in which texts carry them.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from conformance.driving.target import Outcome
from specs.auth import LOCAL, Credentials
from specs.message import HttpRequest, HttpResponse

HIDDEN = "[secret]"
SECRET_MIN = 6
"""A shorter secret is no secret, and taking it out would tear unrelated texts apart."""
_SIGNATURE = re.compile(r"Signature=([0-9a-f]{16,})")


def hidden(outcome: Outcome, sent: HttpRequest, unsigned: HttpRequest, credentials: Credentials) -> Outcome:
    """The outcome with `[secret]` for every secret of the credentials, and for what signing added to the request.

    The public credentials of the embedded servers open nothing and stay.
    """
    response = outcome.response
    if response is None or credentials == LOCAL:
        return outcome
    spellings = sorted(set(_spellings(sent, unsigned, credentials)), key=len, reverse=True)
    if not spellings:
        return outcome
    hiding = re.compile("|".join(map(re.escape, spellings)), re.IGNORECASE)
    hiding_bytes = re.compile(b"|".join(re.escape(text.encode()) for text in spellings), re.IGNORECASE)
    headers = tuple((hiding.sub(HIDDEN, name), hiding.sub(HIDDEN, value)) for name, value in response.headers)
    body = hiding_bytes.sub(HIDDEN.encode(), response.body)
    return Outcome(HttpResponse(response.status, headers, body), outcome.failure)


def _spellings(sent: HttpRequest, unsigned: HttpRequest, credentials: Credentials) -> Iterator[str]:
    for secret in _secrets(sent, unsigned, credentials):
        if len(secret) >= SECRET_MIN:
            yield from (secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret))
            yield secret.replace("/", "\\/")
            yield base64.b64encode(secret.encode()).decode().rstrip("=")


def _secrets(sent: HttpRequest, unsigned: HttpRequest, credentials: Credentials) -> Iterator[str]:
    yield from (credentials.token, credentials.secret_key, credentials.session_token)
    known = set(unsigned.headers)
    for pair in sent.headers:
        if pair not in known:
            yield from _SIGNATURE.findall(pair[1])
