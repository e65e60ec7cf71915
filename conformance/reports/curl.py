"""A witness as a shell script of curl calls, for people who debug a server without this suite.

Secrets stand as `$NAME`, never as values; the names of the run's own resources are variables, so that a script can be
run again with others. Everything else is quoted: the script holds text that a target sent.
"""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from conformance.driving.target import WRONG, word_of
from conformance.history import Exchange
from conformance.judging.view import View
from conformance.profile import ENVIRONMENT, PARTS, is_loopback
from conformance.reports.invocation import has_script
from conformance.reports.report import Report
from conformance.reports.terminal import clean
from specs.auth import LOCAL
from specs.contract import Auth, Contract
from specs.message import HttpRequest, header

PLAIN_BODY_MAX = 32 * 1024
SLEEP_MIN_S, SLEEP_MAX_S = 0.1, 60.0
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{5,199}")
_LENGTH_HEADERS = ("content-length", "host", "transfer-encoding")


def names_made(report: Report, contract: Contract) -> tuple[str, ...]:
    """The names of a run's own resources that a script can hold in variables: the longest first, because one name may
    be the beginning of another. It reads the whole history, so it is asked once for all scripts of a run."""
    made = (identity for _, identity in View(contract, report.history).creations)
    plain = dict.fromkeys(identity for identity in made if _PLAIN_ID.fullmatch(identity))
    return tuple(sorted(plain, key=lambda identity: -len(identity)))


def curl_script(report: Report, contract: Contract, witness: tuple[int, ...], made: Sequence[str]) -> str | None:
    """The script for some exchanges of a run, in order; None when there are none, a body is too large, or curl cannot
    sign as they were signed. `made` is what `names_made` found."""
    known = report.exchanges
    exchanges = [known[index] for index in sorted(set(witness)) if index in known]
    if not has_script(exchanges):
        return None
    names = _names(made, exchanges)
    lines = [
        "#!/bin/sh",
        f"# {clean(contract.title)}: the requests that show one finding. Answers go to standard output.",
    ]
    lines += list(_settings(report, contract.auth, names))
    before: Exchange | None = None
    for exchange in exchanges:
        lines += ["", *_steps(exchange, before, contract.auth, names)]
        before = exchange
    return "\n".join([*lines, ""])


def _names(made: Iterable[str], exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Identity -> shell variable, for the run's own resources that these requests name."""
    sent = "\n".join(
        f"{exchange.request.target}\n{exchange.request.body.decode('utf-8', 'replace')}" for exchange in exchanges
    )
    used = (identity for identity in made if identity in sent)
    return {identity: f"ID_{number}" for number, identity in enumerate(used, start=1)}


def _settings(report: Report, auth: Auth, names: Mapping[str, str]) -> Iterator[str]:
    parts = urlsplit(report.target)
    yield f"TARGET={shlex.quote(f'{parts.scheme}://{parts.netloc}')}"
    for part in PARTS[auth.scheme]:
        name = ENVIRONMENT[part]
        # The local credentials are public and open nothing but an embedded server.
        local = getattr(LOCAL, part) if is_loopback(report.target) else ""
        yield f"{name}=${{{name}:-{local}}}" if local else f': "${{{name}:?is the {part} for the target}}"'
    for identity, name in names.items():
        yield f"{name}=${{{name}:-{identity}}}"


def _steps(exchange: Exchange, before: Exchange | None, auth: Auth, names: Mapping[str, str]) -> Iterator[str]:
    pause = exchange.sent_at - before.received_at if before else 0.0
    if pause >= SLEEP_MIN_S:
        yield f"sleep {min(pause, SLEEP_MAX_S):.1f}"
    status = exchange.response.status if exchange.response else exchange.failure
    label = exchange.case.label if exchange.case else ""
    about = clean(f"{exchange.operation or ''} {label}".strip())
    yield f"# exchange {exchange.index}: {about}; got {status}"
    request = exchange.request
    plain = _is_plain(request.body)
    words = [
        f'"$TARGET"{_quoted(request.target, names)}',
        *_header_words(request, names),
        *_login_words(exchange, auth),
    ]
    if request.body:
        words.append(f"--data-raw {_quoted(request.body.decode(), names)}" if plain else "--data-binary @-")
    verb = "--head" if request.method == "HEAD" else f"-X {shlex.quote(request.method)}"
    command = f"curl -sS -i -g --path-as-is {verb} " + " \\\n  ".join(words)
    if plain:
        yield command
    else:
        yield f"base64 -d <<'END' | {command}"
        yield base64.encodebytes(request.body).decode("ascii").rstrip("\n")
        yield "END"
    yield "echo"


def _is_plain(body: bytes) -> bool:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return len(body) <= PLAIN_BODY_MAX and all(char.isprintable() or char in "\n\t" for char in text)


def _header_words(request: HttpRequest, names: Mapping[str, str]) -> Iterator[str]:
    for name, value in request.headers:
        if name.lower() not in _LENGTH_HEADERS:
            yield "-H " + (_quoted(f"{name}: {value}", names) if value else shlex.quote(f"{name};"))
    if request.body and header(request.headers, "content-type") is None:
        yield "-H Content-Type:"


def _login_words(exchange: Exchange, auth: Auth) -> Iterator[str]:
    which = exchange.credentials
    if which == "missing" or auth.scheme == "none":
        return
    if auth.scheme == "sigv4":
        secret = WRONG.secret_key if which == "wrong" else f"${ENVIRONMENT['secret_key']}"
        key = WRONG.access_key if which == "stranger" else f"${ENVIRONMENT['access_key']}"
        session = ENVIRONMENT["session_token"]
        yield f"--aws-sigv4 aws:amz:{auth.region}:{auth.service}"
        yield f'--user "{key}:{secret}"'
        yield f'${{{session}:+-H "X-Amz-Security-Token: ${session}"}}'
    else:
        token = f"${ENVIRONMENT['token']}" if which in ("right", "other_word") else WRONG.token
        word = word_of(auth, which)
        yield f'-H "{auth.header}: {word}{token}"'


def _quoted(text: str, names: Mapping[str, str]) -> str:
    """Text as one shell word, with variables where it names a resource."""
    if not names:
        return shlex.quote(text)
    pieces = re.split("(" + "|".join(re.escape(identity) for identity in names) + ")", text)
    return "".join(f'"${names[piece]}"' if piece in names else shlex.quote(piece) for piece in pieces if piece) or "''"
