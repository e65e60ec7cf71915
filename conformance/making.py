"""Which calls make something on a target, and where the new identity stands: the facts that a ledger lives on.

Creation is not only the business of create operations: a command may make a resource out of another one. Both are read
out of the contract here, once, for everything that has to know what a run leaves behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.history import Exchange
from conformance.samples import read_place
from conformance.view import created_identity, identity_at
from specs.contract import Contract, Lifecycle, Place
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
