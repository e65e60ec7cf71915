"""A witness as a shell script of curl calls, for people who debug a server without this suite.

Secrets stand as `$NAME`, never as values; the names of the run's own resources are variables, so that a script can be
run again with others. Everything else is quoted: the script holds text that a target sent.
"""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from conformance.driving.target import WRONG, word_of
from conformance.findings import Finding
from conformance.history import Exchange, Keys
from conformance.profile import ENVIRONMENT, PARTS, is_loopback
from conformance.reports.invocation import has_script
from conformance.reports.plain_text import clean
from conformance.reports.preparation import END, Made, Makings, steps_before, text_of
from conformance.reports.report import Report, witness_of
from specs.auth import LOCAL
from specs.contract import Auth, Contract
from specs.message import HttpRequest, header
from specs.resource import Place

PLAIN_BODY_MAX = 32 * 1024
SLEEP_MIN_S, SLEEP_MAX_S = 0.1, 60.0
_TAG = re.compile(r"[0-9a-f]{8}")
"""The tag of a run; scripts draw another one of the same length, because some names are as long as may be."""
_LENGTH_HEADERS = ("content-length", "host", "transfer-encoding")


def curl_script(report: Report, contract: Contract, finding: Finding, known: Makings) -> str | None:
    """The script for the witness of a finding, in order, with what has to be made before; None when there is none, a
    body is too large, or curl cannot sign as it was signed. `known` is what `makings` found in this run."""
    witness = {exchange.index: exchange for exchange in witness_of(finding, report.exchanges)}
    if not has_script(tuple(witness.values())):
        return None
    before = steps_before(tuple(witness.values()), known)
    exchanges = sorted((*before, *witness.values()), key=lambda exchange: exchange.index)
    words = _words(exchanges, report, known)
    lines = ["#!/bin/sh", *(f"# {clean(text)}" for text in _head(contract, finding))]
    lines += list(_settings(report, contract.auth, words))
    earlier: Exchange | None = None
    for exchange in exchanges:
        part = "shows it" if exchange.index in witness else "before"
        lines += ["", *_steps(exchange, earlier, contract.auth, words, part)]
        earlier = exchange
    return "\n".join([*lines, ""])


def _head(contract: Contract, finding: Finding) -> Iterator[str]:
    yield f"{contract.title}: the requests that show one finding. Answers go to standard output."
    yield f"requirement: {finding.requirement}"
    if finding.expected:
        yield f"expected: {finding.expected}"
    yield f"got: {finding.got or '-'}"


@dataclass(frozen=True)
class _Words:
    """What stands in a script as a variable: `ids` by identity, the tag of the run, and which answers bring an id."""

    ids: Mapping[str, str]
    tag: str
    brought: Mapping[int, Sequence[Made]]

    def quoted(self, text: str) -> str:
        """Text as one shell word, with variables where it names a resource or holds the run's tag."""
        variables = {**self.ids, **({self.tag: "TAG"} if self.tag else {})}
        if not variables:
            return shlex.quote(text)
        named = [*(re.escape(identity) + END for identity in self.ids), *([self.tag] if self.tag else [])]
        pieces = re.split(f"({'|'.join(named)})", text)
        return (
            "".join(f'"${variables[piece]}"' if piece in variables else shlex.quote(piece) for piece in pieces if piece)
            or "''"
        )


def _words(exchanges: Sequence[Exchange], report: Report, known: Makings) -> _Words:
    sent = "\n".join(text_of(exchange) for exchange in exchanges)
    rows = list(known.named_in(sent))
    ids = {row.identity: f"ID_{number}" for number, row in enumerate(rows, start=1)}
    inside = {exchange.index for exchange in exchanges}
    brought: dict[int, list[Made]] = {}
    for row in rows:
        if row.exchange.index in inside and row.answered_at is not None:
            brought.setdefault(row.exchange.index, []).append(row)
    return _Words(ids, report.tag if _TAG.fullmatch(report.tag) and report.tag in sent else "", brought)


def _settings(report: Report, auth: Auth, words: _Words) -> Iterator[str]:
    parts = urlsplit(report.target)
    yield f"TARGET={shlex.quote(f'{parts.scheme}://{parts.netloc}')}"
    for part in PARTS[auth.scheme]:
        name = ENVIRONMENT[part]
        # The local credentials are public and open nothing but an embedded server.
        local = getattr(LOCAL, part) if is_loopback(report.target) else ""
        yield f"{name}=${{{name}:-{local}}}" if local else f': "${{{name}:?is the {part} for the target}}"'
    if words.tag:
        yield "# New names each time: what was made under the old ones may still be there."
        yield "TAG=${TAG:-$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')}"
    brought = {row.identity for rows in words.brought.values() for row in rows}
    for identity, name in words.ids.items():
        if identity not in brought:
            yield f'test -n "${name}" || {name}={_Words({}, words.tag, {}).quoted(identity)}'


def _steps(exchange: Exchange, before: Exchange | None, auth: Auth, words: _Words, part: str) -> Iterator[str]:
    pause = exchange.sent_at - before.received_at if before else 0.0
    if pause >= SLEEP_MIN_S:
        yield f"sleep {min(pause, SLEEP_MAX_S):.1f}"
    status = exchange.response.status if exchange.response else exchange.failure
    label = exchange.case.label if exchange.case else ""
    about = clean(f"{exchange.operation or ''} {label}".strip())
    yield f"# {part}, exchange {exchange.index}: {about}; got {status}"
    brought = words.brought.get(exchange.index, ())
    if not brought:
        yield from _call(exchange, auth, words)
    else:
        first, *more = _call(exchange, auth, words)
        yield from (f"ANSWER=$({first}", *more, ")", """printf '%s\\n' "$ANSWER\"""")
    for row in brought:
        if row.answered_at is not None:
            yield f"{words.ids[row.identity]}=$(printf '%s\\n' \"$ANSWER\" | {_reading(row.answered_at)})"
    yield "echo"


def _reading(place: Place) -> str:
    """Shell words that read an id out of an answer: the whole value, or one segment between slashes."""
    if place.location == "header":
        start = shlex.quote(f"start={place.name.lower()}:")
        value = f"awk -v {start} 'index(tolower($0), start) == 1 {{ sub(/^[^:]*: */, \"\"); print }}'"
    else:
        member = shlex.quote(f'"{place.name.rsplit("/", 1)[-1]}" *: *"[^"]*"')
        value = f"grep -o {member} | cut -d '\"' -f 4"
    whole = f"tr -d '\\r' | {value} | head -n 1"
    if place.segment is None:
        return whole
    field = f"NF - {-1 - place.segment}" if place.segment < 0 else str(place.segment + 1)
    return f"{whole} | awk -F / '{{ print $({field}) }}'"


def _call(exchange: Exchange, auth: Auth, words: _Words) -> Iterator[str]:
    request = exchange.request
    plain = _is_plain(request.body)
    given = [
        f'"$TARGET"{words.quoted(request.target)}',
        *_header_words(request, words),
        *_login_words(exchange, auth),
    ]
    if request.body:
        given.append(f"--data-raw {words.quoted(request.body.decode())}" if plain else "--data-binary @-")
    verb = "--head" if request.method == "HEAD" else f"-X {shlex.quote(request.method)}"
    command = f"curl -sS -i -g --path-as-is {verb} " + " \\\n  ".join(given)
    if plain:
        yield command
    else:
        yield f"base64 -d <<'END' | {command}"
        yield base64.encodebytes(request.body).decode("ascii").rstrip("\n")
        yield "END"


def _is_plain(body: bytes) -> bool:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return len(body) <= PLAIN_BODY_MAX and all(char.isprintable() or char in "\n\t" for char in text)


def _header_words(request: HttpRequest, words: _Words) -> Iterator[str]:
    for name, value in request.headers:
        if name.lower() not in _LENGTH_HEADERS:
            yield "-H " + (words.quoted(f"{name}: {value}") if value else shlex.quote(f"{name};"))
    if request.body and header(request.headers, "content-type") is None:
        yield "-H Content-Type:"


_TOKENS: Mapping[Keys, str] = {
    "right": f"${ENVIRONMENT['token']}",
    "other_word": f"${ENVIRONMENT['token']}",
    "longer": f"${{{ENVIRONMENT['token']}}}x",
    "other_case": f"$(printf %s ${ENVIRONMENT['token']} | tr a-zA-Z A-Za-z)",
}
"""What stands in a script for the token of these credentials."""


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
        token = _TOKENS.get(which, WRONG.token)
        word = word_of(auth, which)
        yield f'-H "{auth.header}: {word}{token}"'
