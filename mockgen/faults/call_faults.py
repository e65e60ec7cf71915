"""Faults in which calls are understood: one spelling of credentials, paths and bodies where several are documented.

They are changed contracts, too, but of what stands around a resource and not of its life.
"""

from __future__ import annotations

from dataclasses import replace

from mockgen.faults.contract_faults import changed_contract, with_operation, with_scorer
from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks
from specs.contract import Contract
from specs.wire.protocol import is_json


def one_word(contract: Contract, given: Arguments) -> Hooks:
    """Of the words that may stand in front of a token only the first one is known."""
    words = contract.auth.prefixes[:1]
    return changed_contract(lambda bent: replace(bent, auth=replace(bent.auth, prefixes=words)))


def exact_slash(contract: Contract, given: Arguments) -> Hooks:
    """A path without its last slash is not found."""
    return changed_contract(lambda bent: replace(bent, wire_options={**bent.wire_options, "trailing_slash": "exact"}))


def json_only(contract: Contract, given: Arguments) -> Hooks:
    """Of the media types of a request only JSON is read."""
    operation = given.operation(contract)
    kept = {kind: schema for kind, schema in operation.request.items() if is_json(kind)}
    return changed_contract(lambda bent: with_operation(bent, replace(bent.operations[operation.id], request=kept)))


def columns_and_all(contract: Contract, given: Arguments) -> Hooks:
    """A call may name columns and ask for all of them."""
    scorer = given.row("scorer", contract.scorers)
    if scorer.passthrough is None:
        raise ValueError(f"nothing can be asked for at {scorer.name}")
    changed = replace(scorer, passthrough=replace(scorer.passthrough, both=""))
    return changed_contract(lambda bent: with_scorer(bent, changed))


CALL_FAULTS = (
    planted(one_word),
    planted(exact_slash),
    planted(json_only, "operation"),
    planted(columns_and_all, "scorer"),
)
