"""AWS Signature Version 4, for both ends: sign a request, and say whether a signature holds.

Signing is botocore's own, the signer that AWS clients use. Checking signs the same message again, with the headers that
the request says it signed, and compares. Source: AWS General Reference, Signature Version 4; the 15 minutes of clock
skew are from the common errors of the services (RequestExpired).
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from specs.auth import Credentials
from specs.message import HttpRequest, header

SKEW = timedelta(minutes=15)
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)"
    r"/aws4_request,\s*SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_STAMPED = ("authorization", "host", "x-amz-date", "x-amz-security-token")
"""Headers that signing sets: a request that is signed again must not carry them twice."""
_SIGNED = ("content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target")


def sign(
    request: HttpRequest, host: str, credentials: Credentials, service: str, region: str, at: datetime
) -> HttpRequest:
    """The same request with Host, X-Amz-Date and Authorization. `host` is `name` or `name:port`, `at` is in UTC."""
    stamped = [(name, value) for name, value in request.headers if name.lower() not in _STAMPED]
    stamped += [("Host", host), ("X-Amz-Date", at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))]
    if credentials.session_token:
        stamped.append(("X-Amz-Security-Token", credentials.session_token))
    signed = tuple(sorted(name.lower() for name, _ in stamped if name.lower() in _SIGNED))
    unsigned = HttpRequest(request.method, request.target, tuple(stamped), request.body)
    signature = _signature(unsigned, credentials, service, region, signed)
    scope = f"{at.astimezone(UTC):%Y%m%d}/{region}/{service}/aws4_request"
    value = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
        f"SignedHeaders={';'.join(signed)}, Signature={signature}"
    )
    return HttpRequest(request.method, request.target, (*unsigned.headers, ("Authorization", value)), request.body)


def signature_problem(
    request: HttpRequest, credentials: Credentials, at: datetime, service: str = "", region: str = ""
) -> str | None:
    """None when the signature holds, else the situation: `unauthenticated` or `bad_credentials`.

    A signature is made for one service in one region; an empty `service` or `region` takes a signature for any.
    """
    authorization = header(request.headers, "authorization")
    if not authorization:
        return "unauthenticated"
    parts = _AUTHORIZATION.fullmatch(authorization)
    if parts is None or parts["key"] != credentials.access_key or not _recent(request, at):
        return "bad_credentials"
    if (service or parts["service"], region or parts["region"]) != (parts["service"], parts["region"]):
        return "bad_credentials"
    names = tuple(parts["headers"].split(";"))
    if "host" not in names or any(header(request.headers, name) is None for name in names):
        return "bad_credentials"
    try:
        "".join(header(request.headers, name) or "" for name in names).encode("ascii")
        expected = _signature(request, credentials, parts["service"], parts["region"], names)
    except ValueError:  # A Host that is no host, or bytes that are no text: nobody can have signed that.
        return "bad_credentials"
    return None if hmac.compare_digest(expected, parts["signature"]) else "bad_credentials"


def _recent(request: HttpRequest, at: datetime) -> bool:
    try:
        sent = datetime.strptime(header(request.headers, "x-amz-date") or "", "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(at - sent) <= SKEW


def _signature(
    request: HttpRequest, credentials: Credentials, service: str, region: str, names: tuple[str, ...]
) -> str:
    auth, message = _signer(request, credentials, service, region, names)
    text = auth.string_to_sign(message, auth.canonical_request(message))
    return str(auth.signature(text, message))


def _signer(
    request: HttpRequest, credentials: Credentials, service: str, region: str, names: tuple[str, ...]
) -> tuple[Any, Any]:
    # botocore takes 50 ms to import: only who signs or checks pays for it.
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials as SigningKeys

    auth = SigV4Auth(SigningKeys(credentials.access_key, credentials.secret_key), service, region)
    host = header(request.headers, "host") or ""
    message = AWSRequest(request.method, f"http://{host}{request.target}", data=request.body)
    for name in names:
        message.headers[name] = header(request.headers, name) or ""
    message.context["timestamp"] = header(request.headers, "x-amz-date") or ""
    auth.headers_to_sign = lambda _request: message.headers
    return auth, message
