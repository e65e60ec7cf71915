"""Steps about one kind of resource, written the way that a person would tell them.

A plan about a lifecycle says "create, upload, wait, read, delete"; this module turns each word into a step with its
call and its case. Every scenario works on resources of its own, in slots named after the scenario, so that scenarios
can run side by side.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from conformance.history import Case
from conformance.plan import Step, slot
from conformance.plans.samples import Samples, write_place
from specs.contract import Command, Contract, Lifecycle, Place
from specs.lifecycle import course, may_follow
from specs.message import ABSENT, Call
from specs.pointers import get

ACCEPTED = ("accepted",)
OTHERWISE = "create again, otherwise"
"""Label of a repeated creation with a member that only this target may find unfit."""
GONE = "read afterwards"
"""Label of a read of what should have ceased to exist."""


@dataclass(frozen=True)
class Script:
    """Who writes: the contract, its samples and the lifecycle in question."""

    contract: Contract
    samples: Samples
    life: Lifecycle
    draw: random.Random

    def requirement(self, check: str, **parameters: Any) -> str:
        """The id of the lifecycle's requirement that a check judges; empty when the contract has none."""
        wanted = {"lifecycle": self.life.name, **parameters}
        rows = (row for row in self.contract.requirements.values() if row.check == check)
        fit = (row.id for row in rows if all(row.parameters.get(key) == value for key, value in wanted.items()))
        return next(fit, "")

    def case(self, check: str, label: str, group: str, expect: tuple[str, ...] = ("any",), **parameters: Any) -> Case:
        """A case for one of the lifecycle's requirements."""
        return Case("lifecycle", self.requirement(check, **parameters), label, expect, group)

    def creation(self, *, full: bool = False) -> Call:
        """A valid create call with names of its own."""
        assert self.life.created_by is not None
        return self.samples.call(self.life.created_by.operation, full=full)

    def about(self, operation: str, identity: Place, name: str) -> Call:
        """A valid call of an operation on the resource in a slot."""
        return write_place(self.samples.call(operation), identity, slot(name))

    def create(self, group: str, name: str, call: Call | None = None, case: Case | None = None) -> Step:
        """Makes a resource."""
        case = case or self.case("readable_after_create", "create", group, ACCEPTED)
        return Step(case, call or self.creation(), slot=name, lifecycle=self.life.name, creates=self.life.name)

    def read(self, group: str, name: str, check: str = "readable_after_create") -> Step:
        """Reads a resource once."""
        return self._observe(group, name, self.case(check, "read", group, self._readable()), "send", ())

    def wait(self, group: str, name: str, *until: str) -> Step:
        """Reads a resource until it is in one of the states; by default in a final one that needs no command."""
        ends = until or self.rests()
        check = "legal_path" if until else "reaches_final"
        return self._observe(group, name, self.case(check, "wait", group, self._readable()), "poll", ends)

    def upload(self, group: str, name: str, call: Call) -> tuple[Step, ...]:
        """Hands over the input, when a resource created like this waits for some."""
        upload = self.life.upload
        if upload is None or not self.waits_for_input(call):
            return ()
        case = self.case("upload_again", "first upload", group, ACCEPTED)
        body = self.about(upload.operation, upload.identity, name)
        return (Step(case, body, slot=name, lifecycle=self.life.name),)

    def finish(self, group: str, name: str, call: Call | None = None) -> tuple[Step, ...]:
        """Makes a resource and brings it to its end."""
        call = call or self.creation()
        return (self.create(group, name, call), *self.upload(group, name, call), self.wait(group, name))

    def command(self, command: Command, name: str, case: Case) -> Step:
        """Sends a command to a resource."""
        call = self.about(command.operation, command.identity, name)
        return Step(case, call, slot=name, lifecycle=self.life.name)

    def about_itself(self, name: str, case: Case) -> Step:
        """Reads a resource that should have ceased to exist."""
        gone = Case(case.kind, case.requirement, GONE, (self.life.not_found,), case.group)
        return self._observe(case.group, name, gone, "send", ())

    def waits_for_input(self, call: Call) -> bool:
        """Whether a resource that this call makes stays where it is until its input arrives."""
        upload = self.life.upload
        body = None if call.body is ABSENT else call.body
        return upload is not None and all(get(body, place) == value for place, value in upload.when.items())

    def rests(self) -> tuple[str, ...]:
        """The final states that a resource comes to by itself."""
        made = "" if self.life.absent is None else str(get(self.life.absent, self._state_pointer()))
        return tuple(state for state in self.life.final if state != made)

    def success(self) -> str:
        """The state at the end of the ordinary course; the initial state without one."""
        *_, last = (self.life.initial, *(state for _, state in course(self.life)))
        return last

    def comes_before(self, state: str) -> bool:
        """Whether the initial state comes before another one."""
        return state != self.life.initial and may_follow(self.life, self.life.initial, state)

    def _state_pointer(self) -> str:
        return self.life.observed_by.state if self.life.observed_by else ""

    def _readable(self) -> tuple[str, ...]:
        late = self.life.consistency.get_after_create_s > 0
        return ("accepted", self.life.not_found) if late else ACCEPTED

    def _observe(
        self, group: str, name: str, case: Case, kind: Literal["send", "poll"], until: tuple[str, ...]
    ) -> Step:
        assert self.life.observed_by is not None
        call = self.about(self.life.observed_by.operation, self.life.observed_by.identity, name)
        return Step(case, call, kind, name, self.life.name, until=until)


def scripts(contract: Contract, samples: Samples, seed: int) -> Mapping[str, Script]:
    """One script for each lifecycle whose resources can be read, by name."""
    return {
        name: Script(contract, samples, life, random.Random(f"{seed}:{name}"))
        for name, life in contract.lifecycles.items()
        if life.observed_by is not None
    }
