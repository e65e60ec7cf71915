"""Requests and responses, as people read them: the line that counts first, then headers and bodies.

A response can be anything. It is shown as text, cut where a report has to stay small, and a JSON body gets its line
breaks, unless that would change what was sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from conformance.reports.page.difference import lines
from conformance.reports.page.marks import Data, clip
from specs.documenting.markup import Content, Markup, element, join

WITNESS_MAX = 12
"""Exchanges of one failure that are shown; the case file has all of them."""
HEADERS_MAX = 40
FIELDS_MAX = 6000
BODY_MAX = 6000
PRETTY_MAX = 100_000
"""Characters of a body that are read as JSON."""


Homes = Mapping[tuple[int, ...], str]
"""One exchange, or two that are compared -> the requirement under which they stand in full."""


def witness(row: Data, homes: Homes, unfolded: bool) -> Iterator[Content]:
    """The exchanges that show a failure, the last one unfolded on request: it usually is the one that decides.

    An answer that breaks ten requirements is printed once, and so is what changed between two of them."""
    shown = _shown(row)
    for place, exchange in enumerate(shown, 1):
        is_here = homes[(exchange["index"],)] == row["id"]
        yield _whole(exchange, unfolded and place == len(shown)) if is_here else _elsewhere(exchange)
    left = len(row["witness"]) - len(shown)
    if left:
        yield element("p", f"{left} more are in the case file.", class_="quiet")
    for before, after in pairwise(_comparable(shown)):
        is_here = homes[(before["index"], after["index"])] == row["id"]
        yield from _changes(before, after) if is_here else ()


def size(row: Data) -> int:
    """About how many characters the exchanges of a failure take on the page."""
    messages = (one[part] for one in _shown(row) for part in ("request", "response") if one[part])
    return sum(min(len(one["body"]), BODY_MAX) + min(_headers_size(one), FIELDS_MAX) for one in messages)


def _headers_size(message: Data) -> int:
    return sum(len(name) + len(value) for name, value in message["headers"][:HEADERS_MAX])


def homes_of(rows: Sequence[Data]) -> Homes:
    """Each exchange and each comparison -> the first requirement, in this order, that shows it."""
    found: dict[tuple[int, ...], str] = {}
    for row in rows:
        shown = _shown(row)
        singles = ((exchange["index"],) for exchange in shown)
        pairs = ((before["index"], after["index"]) for before, after in pairwise(_comparable(shown)))
        for key in (*singles, *pairs):
            found.setdefault(key, row["id"])
    return found


def _shown(row: Data) -> Sequence[Data]:
    exchanges: Sequence[Data] = row["witness"][:WITNESS_MAX]
    return exchanges


def _title(exchange: Data) -> Iterator[Content]:
    request, response = exchange["request"], exchange["response"]
    yield element("span", f"#{exchange['index']}", class_="index")
    yield element("code", f"{clip(request['method'], 40)} {clip(request['target'], 300)}")
    if exchange["operation"]:
        yield element("span", clip(exchange["operation"], 100), class_="quiet")
    yield element("span", "→", aria_hidden="true")
    if response is None:
        yield element("strong", clip(exchange["failure"] or "no response", 120))
    else:
        yield element("strong", str(response["status"]))
    took = max(0.0, exchange["received_at"] - exchange["sent_at"])
    yield element("span", f"{1000 * took:,.0f} ms, at {exchange['sent_at']:,.2f} s", class_="quiet time")


def _spaced(pieces: Iterator[Content]) -> Markup:
    return join(*(join(piece, " ") for piece in pieces))


def _whole(exchange: Data, unfolded: bool) -> Markup:
    opened = {"open": ""} if unfolded else {}
    response = exchange["response"]
    case = element("p", "Sent as: ", clip(exchange["case"], 300), class_="quiet") if exchange["case"] else ""
    answer = _message("Response", response) if response else element("p", "Nothing usable came back.", class_="quiet")
    return element(
        "details",
        element("summary", _spaced(_title(exchange))),
        case,
        element("div", _message("Request", exchange["request"]), answer, class_="pair"),
        class_="exchange",
        id_=f"x-{exchange['index']}",
        **opened,
    )


def _elsewhere(exchange: Data) -> Markup:
    where = element("a", "shown in full above", href=f"#x-{exchange['index']}")
    return element("p", _spaced(_title(exchange)), where, class_="exchange again")


def _message(label: str, message: Data) -> Markup:
    headers = message["headers"][:HEADERS_MAX]
    left = len(message["headers"]) - len(headers)
    fields = "\n".join(f"{clip(name, 100)}: {clip(value, 500)}" for name, value in headers)
    more = f"\n… and {left} more" if left else ""
    body = pretty(message["body"])
    return element(
        "div",
        element("h4", label),
        element("pre", clip(fields, FIELDS_MAX), more, class_="headers") if headers else "",
        element("pre", clip(body, BODY_MAX)) if body else element("p", "No body.", class_="quiet"),
        element("p", "The body goes on; the report holds its beginning.", class_="quiet") if message["cut"] else "",
    )


def pretty(body: str) -> str:
    """A JSON object or array with line breaks; any other text, and JSON that says something twice, as it is."""
    if len(body) > PRETTY_MAX or not body.lstrip().startswith(("{", "[")):
        return body
    try:
        value = json.loads(body, object_pairs_hook=_once)
        return json.dumps(value, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _comparable(exchanges: Sequence[Data]) -> list[Data]:
    return [item for item in exchanges if item["response"] and item["operation"] and not item["response"]["cut"]]


def _changes(before: Data, after: Data) -> Iterator[Markup]:
    """What changed between two answers of one operation: most laws about time are broken there."""
    if before["operation"] != after["operation"]:
        return
    changed = lines(pretty(before["response"]["body"]), pretty(after["response"]["body"]))
    if changed:
        title = f"What changed in the response between #{before['index']} and #{after['index']}"
        yield element("div", element("h4", title), changed, class_="changes")
