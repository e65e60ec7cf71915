"""Input that jobs wait for: whole, or in numbered parts that are put together at the end.

A job that reads elsewhere takes none, a job that has its input takes no more; the contract names the refusals.
"""

from __future__ import annotations

from dataclasses import replace

from mockgen.ask import Ask, Outcome, Refusal, Role, resource_at, unknown_resource
from mockgen.course import awaits_upload, comes_in_parts
from mockgen.listing import at_place
from mockgen.tables import joined, output_of, read_table
from mockgen.world import Resource, with_resource
from specs.contract import Lifecycle, Place, Upload
from specs.message import ABSENT


def upload(ask: Ask, role: Role) -> Outcome:
    """The input that a job waits for, whole."""
    life, row = role.lifecycle, role.lifecycle.upload
    assert row is not None
    resource, refusal = _waiting(ask, life, row, row.identity)
    if resource is None or refusal is not None:
        return ask.world, refusal or unknown_resource(life, at_place(ask.call, row.identity))
    data = ask.call.body if isinstance(ask.call.body, bytes) else b""
    return _taken_in(ask, life, row, resource, data)


def upload_part(ask: Ask, role: Role) -> Outcome:
    """One piece of the input of a job that takes it in pieces; a number that comes again replaces its piece."""
    life, row = role.lifecycle, role.lifecycle.upload
    assert row is not None
    assert row.parts is not None
    resource, refusal = _waiting(ask, life, row, row.parts.identity)
    number = at_place(ask.call, row.parts.number)
    if resource is None or refusal is not None:
        return ask.world, refusal or unknown_resource(life, at_place(ask.call, row.parts.identity))
    if not comes_in_parts(life, resource):
        return ask.world, Refusal(row.parts.wrong, "the job takes its input whole")
    if not isinstance(number, int):
        return ask.world, Refusal(life.not_found, f"{str(number)[:200]!r} is no number of a part")
    data = ask.call.body if isinstance(ask.call.body, bytes) else b""
    table = read_table(data, output_of(ask.contract, life), resource.request)
    if table is None or not table.header:
        return ask.world, Refusal(row.empty, "the part is empty or not text of its encoding")
    resource = replace(resource, parts={**resource.parts, number: data})
    return with_resource(ask.world, resource), ask.success(ABSENT)


def finish_upload(ask: Ask, role: Role) -> Outcome:
    """The pieces of an input put together in the order of their numbers, under one header."""
    life, row = role.lifecycle, role.lifecycle.upload
    assert row is not None
    assert row.parts is not None
    resource, refusal = _waiting(ask, life, row, row.parts.finish_identity)
    if resource is None or refusal is not None:
        return ask.world, refusal or unknown_resource(life, at_place(ask.call, row.parts.finish_identity))
    if not comes_in_parts(life, resource):
        return ask.world, Refusal(row.parts.wrong, "the job takes its input whole")
    if not resource.parts:
        return ask.world, Refusal(row.parts.empty, "no part has arrived")
    pieces = [resource.parts[number] for number in sorted(resource.parts)]
    data = joined(pieces, output_of(ask.contract, life), resource.request)
    return _taken_in(ask, life, row, replace(resource, parts={}), data)


def _waiting(ask: Ask, life: Lifecycle, row: Upload, identity: Place) -> tuple[Resource | None, Refusal | None]:
    """The job that a piece of input is for, and why it does not take any; None and None when there is no such job."""
    resource = resource_at(ask, life, identity)
    if resource is not None and not awaits_upload(life, resource):
        return resource, Refusal(row.not_needed, "the job reads its input elsewhere")
    if resource is not None and (resource.intake is not None or resource.state in life.final):
        return resource, Refusal(row.again, "the input of this job has arrived already")
    return resource, None


def _taken_in(ask: Ask, life: Lifecycle, row: Upload, resource: Resource, data: bytes) -> Outcome:
    table = read_table(data, output_of(ask.contract, life), resource.request)
    if table is None:
        return ask.world, Refusal(row.unreadable or row.empty, "the upload is not text of its encoding")
    if not table.header:
        return ask.world, Refusal(row.empty, "the upload is empty")
    resource = replace(resource, intake=data, intake_at=ask.now, reads=0)
    return with_resource(ask.world, resource), ask.success(ABSENT)
