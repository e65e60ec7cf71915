"""What of a contract a generated server has: everything but the optional parts that the generator has no words for.

A generated server must do all that it has and nothing by halves. What a vendor has as a feature of its own, and what
needs more than the generator writes (input in parts, resources made from others, forms with files, resources without
states, references that only some resources fit), is left out as a whole; the project's profile says so, and the suite
calls it unsupported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from specs.contract import Contract, Lifecycle


def left_out(contract: Contract) -> tuple[str, ...]:
    """The features that a generated server lacks, in the contract's order."""
    beyond = {contract.operations[name].feature for name in _beyond(contract) if name in contract.operations}
    return tuple(name for name in contract.features if name in beyond)


def scoped(contract: Contract) -> Contract:
    """The contract without the features that are left out."""
    lacking = set(left_out(contract))
    if not lacking:
        return contract
    operations = {name: row for name, row in contract.operations.items() if row.feature not in lacking}
    return replace(
        contract,
        features={name: text for name, text in contract.features.items() if name not in lacking},
        operations=operations,
        samples={name: row for name, row in contract.samples.items() if name in operations},
        lifecycles={name: _cut(life, set(operations)) for name, life in contract.lifecycles.items()},
        collections={},
        scorers={name: row for name, row in contract.scorers.items() if row.operation in operations},
        constraints={name: row for name, row in contract.constraints.items() if row.operation in operations},
        requirements={name: row for name, row in contract.requirements.items() if not lacking & set(row.features)},
        examples=tuple(row for row in contract.examples if row.operation in operations),
    )


def profile(contract: Contract) -> str:
    """The profile of a generated server: which features it declares. Empty when it has them all."""
    lacking = left_out(contract)
    if not lacking:
        return ""
    rows = (f"  {name}: {str(name not in lacking).lower()}" for name in contract.features)
    return "features:\n" + "\n".join(rows) + "\n"


def _beyond(contract: Contract) -> Iterator[str]:
    """The operations that need more than the generator writes."""
    yield from (row.operation for row in contract.scorers.values() if row.many)
    yield from (name for row in contract.collections.values() for name in row.operations)
    for life in contract.lifecycles.values():
        created, observed, upload = life.created_by, life.observed_by, life.upload
        if upload is not None and upload.parts is not None:
            yield from (upload.parts.operation, upload.parts.finish)
        if created is not None:
            picky = any(reference.only for reference in created.references)
            more = created.also or created.intake or picky or not life.transitions
            yield from created.operations if more else ()
        for row in life.commands.values():
            yield from (row.operation,) if row.makes or row.stamps else ()
        if observed is not None and not observed.state:
            yield from (row.operation for row in (created, observed, life.listed_by) if row is not None)


def _cut(life: Lifecycle, known: set[str]) -> Lifecycle:
    """A lifecycle without the operations that are not there."""
    rows = {name: getattr(life, name) for name in ("created_by", "observed_by", "listed_by", "results")}
    kept: dict[str, Any] = {
        name: row if row is not None and row.operation in known else None for name, row in rows.items()
    }
    upload = life.upload if life.upload is not None and life.upload.operation in known else None
    if upload is not None and upload.parts is not None and upload.parts.operation not in known:
        upload = replace(upload, parts=None)
    commands = {name: row for name, row in life.commands.items() if row.operation in known}
    moving = kept["created_by"] is not None
    return replace(
        life,
        **kept,
        upload=upload,
        commands=commands,
        fields=life.fields if kept["observed_by"] is not None else (),
        transitions=life.transitions if moving else {},
        final=life.final if moving else {},
        course=life.course if moving else (),
        failing_request=life.failing_request if moving else None,
    )
