"""Secrets taken out of what a target sends back.

Requests are recorded without credentials, but a target may repeat what it was sent: a page for debugging shows every
header, an error message quotes the token. What a history holds goes into reports, so the secrets are taken out before
anything is recorded, in the spellings in which texts carry them.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator, Sequence
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
    return Outcome(hidden_in(response, spellings(_secrets(sent, unsigned, credentials))), outcome.failure)


def spellings(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Secrets as texts carry them, the longest first; those that are too short to be any are left out."""
    found = {text.encode() for secret in secrets if len(secret) >= SECRET_MIN for text in _spelled(secret)}
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def _spelled(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret))
    yield secret.replace("/", "\\/")
    yield base64.b64encode(secret.encode()).decode().rstrip("=")


def hidden_in(response: HttpResponse, spelled: Sequence[bytes]) -> HttpResponse:
    """The response without secrets that are spelled so."""
    headers = tuple((_hidden_text(name, spelled), _hidden_text(value, spelled)) for name, value in response.headers)
    return HttpResponse(response.status, headers, hidden_bytes(response.body, spelled))


def hidden_bytes(data: bytes, spelled: Sequence[bytes]) -> bytes:
    """Bytes without secrets that are spelled so, in whatever case."""
    low = data.lower()
    there = [re.escape(text) for text in spelled if text.lower() in low]
    return re.sub(b"|".join(there), HIDDEN.encode(), data, flags=re.IGNORECASE) if there else data


def _hidden_text(text: str, spelled: Sequence[bytes]) -> str:
    return hidden_bytes(text.encode("utf-8", "surrogatepass"), spelled).decode("utf-8", "surrogatepass")


def _secrets(sent: HttpRequest, unsigned: HttpRequest, credentials: Credentials) -> Iterator[str]:
    yield from (credentials.token, credentials.secret_key, credentials.session_token)
    known = set(unsigned.headers)
    for pair in sent.headers:
        if pair not in known:
            yield from _SIGNATURE.findall(pair[1])
