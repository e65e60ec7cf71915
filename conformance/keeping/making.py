"""Which calls make something on a target, where the new identity stands, and which calls take it away again.

Creation is not only the business of create operations: a command may make a resource out of another one. All of it is
read out of the contract here, once, for everything that has to know what a run leaves behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.history import Exchange
from conformance.judging.view import created_identity, identity_at
from conformance.plans.samples import read_place
from specs.contract import Command, Contract, Lifecycle, Place
from specs.message import Call


@dataclass(frozen=True)
class Maker:
    """One operation that makes a resource. `chosen` is where its request names the new one, `answered` where a
    command's answer does."""

    life: Lifecycle
    chosen: Place | None = None
    answered: Place | None = None


def makers(contract: Contract) -> Mapping[str, Maker]:
    """Operation -> what it makes."""
    found: dict[str, Maker] = {}
    for life in contract.lifecycles.values():
        creation = life.created_by
        for operation in creation.operations if creation else ():
            found[operation] = Maker(life, chosen=creation.chosen_by_client if creation else None)
        for command in life.commands.values():
            if command.makes is not None:
                made = contract.lifecycles[command.makes.resource]
                found.setdefault(command.operation, Maker(made, answered=command.makes.identity))
    return found


def chosen_identity(maker: Maker, call: Call) -> str | None:
    """The identity that a call asks for; None when the target chooses it."""
    value = read_place(call, maker.chosen) if maker.chosen is not None else None
    return value if isinstance(value, str) else None


def made_identity(maker: Maker, exchange: Exchange) -> str | None:
    """The identity of what an accepted call made, as far as its answer or its request tells."""
    if maker.answered is not None:
        return identity_at(maker.answered, exchange)
    chosen = chosen_identity(maker, exchange.call) if exchange.call is not None else None
    return created_identity(maker.life, exchange) or chosen


def removal(life: Lifecycle) -> Command | None:
    """The command that takes a finished resource away for good."""
    ended = [state for state, end in life.final.items() if end == "success"]
    fit = (row for row in _ending(life) if not row.from_states or set(ended) <= set(row.from_states))
    return next(fit, None)


def stopping(life: Lifecycle) -> Command | None:
    """The command that stops a job under way."""
    return next(iter(_ending(life)), None)


def _ending(life: Lifecycle) -> list[Command]:
    cancelled = {state for state, end in life.final.items() if end == "cancelled"}
    targets = {
        row.name: {edges.get(row.event) for edges in life.transitions.values()} for row in life.commands.values()
    }
    return [row for row in life.commands.values() if row.event and cancelled & targets[row.name]]


def removal_requests(life: Lifecycle) -> int:
    """How many requests it takes to remove a resource, or to see that it has ended, when all goes well."""
    if removal(life) is not None:
        return 1
    return 3 if stopping(life) is not None else 0
