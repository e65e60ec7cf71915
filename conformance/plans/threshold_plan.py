"""Models of this run whose threshold is moved to either end, and what they answer then, alone and in a batch.

Where a label follows from a score and a threshold that a caller may set, a server that always uses the usual threshold
looks right until somebody moves it. At one end every record gets the one label, at the other end the other one. A
threshold may be fixed while a model is mounted, so it is moved before; a model of the target itself is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.history import Case
from conformance.plan import Scenario, Step, slot
from conformance.plans import output_plan
from conformance.plans.preparing import mounting
from conformance.plans.relation_plan import with_records
from conformance.plans.samples import Samples, write_place
from conformance.plans.script import Script, scripts
from specs.contract import Command, Contract, Output, Requirement, Scorer
from specs.pointers import MISSING

ENDS = (0.0, 1.0)
"""Thresholds that every probability reaches, and that none above zero and below one does."""


def plan_thresholds(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """The scenarios for every scorer whose models have a threshold that a command sets."""
    known = scripts(contract, samples, seed)
    return tuple(
        scenario
        for scorer in contract.scorers.values()
        if scorer.threshold and scorer.resource in known and known[scorer.resource].life.created_by
        for command in known[scorer.resource].life.commands.values()
        if scorer.threshold in command.sets
        for scenario in _plan(known[scorer.resource], scorer, command)
    )


def _plan(script: Script, scorer: Scorer, command: Command) -> Iterator[Scenario]:
    contract, samples = script.contract, script.samples
    laws = [row for row in contract.requirements.values() if row.check == "label_by_threshold"]
    law = next((row for row in laws if row.parameters["operation"] == scorer.operation), None)
    for end in ENDS if law is not None else ():
        assert law is not None
        group = f"threshold:{scorer.operation}:{end:g}"
        call = write_place(samples.call(scorer.operation), scorer.model, slot(group))
        mounted = mounting(contract, samples, call, f"{group}/mounted")
        case = Case("relation", law.id, f"at threshold {end:g}", ("any",), group)
        asked = (Step(case, row) for row in with_records(samples, scorer, call))
        yield Scenario(group, (*_moved(script, scorer, command, law, group, end), *mounted, *asked))
    for law in contract.requirements.values():
        output = contract.outputs.get(str(law.parameters.get("output", "")))
        if law.check == "output_scores" and output and output.parameters.get("resource") == scorer.resource:
            yield from _batches(script, scorer, command, law, output)


def _batches(script: Script, scorer: Scorer, command: Command, law: Requirement, output: Output) -> Iterator[Scenario]:
    life = script.contract.lifecycles[str(law.parameters["resource"])]
    for end in ENDS:
        group = f"threshold:{output.name}:{end:g}"
        moved = _moved(script, scorer, command, law, group, end)
        steps = output_plan.job_steps(script.contract, script.samples, life, output, slot(group), f"{group}/job", {})
        # Nobody knows what a model has learnt: what refuses to score with it shows nothing.
        unsure = (replace(step, case=replace(step.case, expect=("any",))) for step in steps)
        yield Scenario(group, (*moved, *unsure))


def _moved(
    script: Script, scorer: Scorer, command: Command, law: Requirement, group: str, end: float
) -> Iterator[Step]:
    """A model of this run with its threshold at one end, as a read shows it."""
    yield from script.finish(group, group)
    case = Case("relation", law.id, f"threshold {end:g}", ("any",), group)
    told = script.command(command, group, case)
    assert told.call is not None
    for pointer, place in command.sets.items():
        told = replace(told, call=write_place(told.call, place, end if pointer == scorer.threshold else MISSING))
    yield told
    yield script.read(group, group)
