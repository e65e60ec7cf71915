"""Operations that work on a drafted resource and that no lifecycle names: what a person has to write by hand.

A description says that DELETE and results exist, and not what they do to a job. Such a call stands in the draft with a
fixture that no target has, so no run can judge it. Whoever imports is told at once which rows to write, and where.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specs.contract import Contract, Operation

LIFE, CALLS = "lifecycles.yaml", "vendor.yaml"
_PLACES = "operation: {operation}, identity: {{path: {place}}}"
_ROWS: Mapping[str, str] = {
    "DELETE": f"`commands: {{{{delete: {{{{{_PLACES}, event: delete, from: [...]}}}}}}}}`, "
    "the event in `transitions`, and its state in `final` and `gone`",
    "GET": f"`results: {{{{{_PLACES}, available_in: [...], media_type: {{media}}}}}}`",
}
_COMMAND = f"`commands: {{{{NAME: {{{{{_PLACES}, event: NAME, from: [...]}}}}}}}}`"
"""What is written for every other method."""


def unclaimed(contract: Contract) -> Iterator[str]:
    """One sentence for each such operation: what its sample names, and the rows that would say what it does."""
    for life in contract.lifecycles.values():
        reading = contract.operations.get(life.observed_by.operation) if life.observed_by else None
        if reading is None or reading.route:
            continue
        below = reading.path.rstrip("/")
        for operation in contract.operations.values():
            place = _place(contract, operation)
            if place and f"{{{place}}}" in below and f"{operation.path.rstrip('/')}/".startswith(f"{below}/"):
                yield _sentence(operation, life.name, place)


def _place(contract: Contract, operation: Operation) -> str:
    """The path parameter that an operation's sample fills with a fixture; empty when there is none."""
    sample = contract.samples.get(operation.id)
    rows = sample.path.items() if sample else ()
    return next((name for name, value in rows if isinstance(value, Mapping) and "$fixture" in value), "")


def _sentence(operation: Operation, resource: str, place: str) -> str:
    media = next(iter(operation.success.content), "...")
    rows = _ROWS.get(operation.method, _COMMAND).format(operation=operation.id, place=place, media=media)
    return (
        f"{operation.id} names a {resource} by a fixture: say below {resource} in {LIFE} what it does, as in {rows}; "
        f"then its sample in {CALLS} takes `{place}: {{$identity: {resource}}}`"
    )
