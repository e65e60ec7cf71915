"""From a resource to the document that the vendor would show, by the placeholders of the contract's fields.

Every placeholder of `specs/README.md` (lifecycles.yaml, `shows`) is one row of `PLACEHOLDERS`. A member whose law says
that it is absent in this state is left out; one before its `null_until` state is null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from mockgen.course import awaits_upload
from mockgen.tables import Model, Table, input_table, output_of, scored_csv
from mockgen.world import Resource, World
from specs.contract import Contract, FieldRule, Lifecycle, Operation, Output
from specs.lifecycle import is_final, spell
from specs.pointers import MISSING, escape, get, put, split

LOG_TIME = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True)
class Scene:
    """What a document is rendered from. `origin` is scheme and host as the client wrote them."""

    contract: Contract
    world: World
    lifecycle: Lifecycle
    resource: Resource
    now: float
    origin: str


def document(scene: Scene, rules: Sequence[FieldRule] | None = None) -> Any:
    """The resource's document, private facts left out; by these rules alone when they are given (`rules_about`)."""
    lifecycle, resource = scene.lifecycle, scene.resource
    if lifecycle.absent is not None and lifecycle.final.get(resource.state) == "cancelled":
        return dict(lifecycle.absent)
    shown = dict(resource.document)
    for rule in lifecycle.fields if rules is None else rules:
        value = _member(scene, rule, shown)
        if value is not MISSING:
            _fill(shown, rule.pointer, value)
    if lifecycle.observed_by is not None and lifecycle.observed_by.state:
        _fill(shown, lifecycle.observed_by.state, spell(lifecycle, resource.state))
    for pointer, value in resource.sets.items():
        _fill(shown, pointer, value)
    return shown


def _fill(shown: dict[str, Any], pointer: str, value: Any) -> None:
    """Sets a member of a document that is being made. What lies deeper belongs to others, too, and is made anew."""
    head, *rest = split(pointer)
    shown[head] = put(shown.get(head, {}), pointer[pointer.index("/", 1) :], value) if rest else value


def rules_about(lifecycle: Lifecycle, pointer: str) -> tuple[FieldRule, ...]:
    """The rules from which follows what a document shows at a pointer: those of that place, of what it lies in and of
    what lies in it. A document by these rules alone is right there, and costs next to nothing."""
    place = pointer + "/"
    return tuple(
        rule
        for rule in lifecycle.fields
        if place.startswith(rule.pointer + "/") or (rule.pointer + "/").startswith(place)
    )


def with_answer(scene: Scene, shown: Any, answer: Any) -> Any:
    """A document with the members that only the answer to a creation has, where its template says how to fill them."""
    for name, shows in answer.items() if isinstance(answer, Mapping) else ():
        if name not in shown and not name.startswith("$"):
            value = _shown(scene, FieldRule(f"/{escape(name)}", shows), shows, shown)
            shown = shown if value is MISSING else {**shown, name: value}
    return shown


def with_private(scene: Scene) -> Any:
    """The document with what is never shown below `$private`, for pointers such as `/$private/kind`."""
    return {**document(scene), "$private": dict(scene.resource.private)}


def shown_at(scene: Scene, pointer: str) -> Any:
    """What `with_private` has at a pointer, and nothing else of it worked out."""
    part = document(scene, rules_about(scene.lifecycle, pointer))
    return get({**part, "$private": scene.resource.private}, pointer)


def facts(scene: Scene, kind_of: str) -> Mapping[str, Any]:
    """What is known of a model and never shown. A model that a client made has what one of its kind has from the start:
    nobody says what it would have learnt, and without classes it could have no label. A threshold that its document
    shows counts, wherever it scores."""
    private = scene.resource.private
    if not private:
        kind = shown_at(scene, kind_of)
        others = (replace(scene, resource=one) for one in scene.world.of_kind(scene.lifecycle.name) if one.private)
        private = next((one.resource.private for one in others if shown_at(one, kind_of) == kind), {})
    shown = [row.threshold for row in scene.contract.scorers.values() if row.resource == scene.lifecycle.name]
    chosen = next((shown_at(scene, at) for at in shown if at), MISSING)
    return private if chosen is MISSING else {**private, "threshold": chosen}


def url(scene: Scene, operation: str) -> str:
    """The absolute URL of an operation for the scene's resource."""
    path = scene.contract.path_of(operation)
    identity = quote(scene.resource.identity, safe="")
    while "{" in path:
        head, rest = path.split("{", 1)
        path = head + identity + rest.split("}", 1)[1]
    return scene.origin + path


def model_of(scene: Scene, output: Output) -> Model | None:
    """The model that a job's output is scored with: the resource that the output's parameters name."""
    rules = output.parameters
    identity = str(get(scene.resource.request, rules["by"]))
    found = scene.world.resources.get((rules["resource"], identity))
    if found is None:
        return None
    there = replace(scene, lifecycle=scene.contract.lifecycles[rules["resource"]], resource=found)
    return Model(identity, str(shown_at(there, rules["kind_of"])), facts(there, rules["kind_of"]))


def result_csv(scene: Scene) -> bytes:
    """The job's scored table, empty when the contract has no layout for it."""
    output = output_of(scene.contract, scene.lifecycle)
    model = model_of(scene, output) if output else None
    if output is None or model is None or model.kind not in output.columns:
        return b""
    table = input_table(scene.contract, scene.world, scene.lifecycle, scene.resource)
    return scored_csv(scene.world, table, output, scene.resource.request, model)


def _member(scene: Scene, rule: FieldRule, shown: Any) -> Any:
    state = scene.resource.state
    if state in rule.absent_in:
        return MISSING
    if rule.null_until is not None and rule.null_until not in {name for name, _ in scene.resource.history}:
        return None
    if rule.shows is None and rule.echoes is not None and rule.echoes.location == "body":
        return get(scene.resource.request, rule.echoes.name)
    if rule.shows is None:
        return get(shown, rule.pointer)
    return _shown(scene, rule, rule.shows, shown)


def _shown(scene: Scene, rule: FieldRule, shows: Any, shown: Any) -> Any:
    # Nearly every template is a dict, and asking for that is much cheaper.
    if type(shows) is dict or isinstance(shows, Mapping):
        for key in shows:
            if key in PLACEHOLDERS:
                return PLACEHOLDERS[key](scene, rule, shows, shown)
    return shows


def _request(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    found = get(scene.resource.request, shows["$request"])
    return _shown(scene, rule, shows.get("default", MISSING), shown) if found is MISSING else found


def _requested(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    asked = scene.resource.request if isinstance(scene.resource.request, Mapping) else {}
    return {
        name: value for name, value in {**shows["$requested"], **asked}.items() if name not in shows.get("without", ())
    }


def _time(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    at = moment(scene.lifecycle, scene.resource, shows["$time"])
    if not at:
        return MISSING  # not yet, or a resource that stands from the start: its document says when
    kinds = _kinds(scene, rule.pointer)
    if "string" in kinds:
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return round(at, 3)


def _elapsed(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    started = moment(scene.lifecycle, scene.resource, "started")
    finished = moment(scene.lifecycle, scene.resource, "finished")
    end = scene.now if finished is None else finished
    seconds = 0.0 if started is None else max(0.0, end - started)
    return int(seconds * 1000) if shows["$elapsed"] == "ms" else int(seconds)


def _rows(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    table = input_table(scene.contract, scene.world, scene.lifecycle, scene.resource)
    return _counts(scene, table)[shows["$rows"]]


def _percent(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    return round(100.0 * _progress(scene), 1)


def _size(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    if shows["$size"] == "intake":
        return len(scene.resource.intake or b"")
    return len(result_csv(scene)) if _progress(scene) == 1.0 else 0


def _url(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    upload = scene.lifecycle.upload
    if upload and upload.operation == shows["$url"] and not awaits_upload(scene.lifecycle, scene.resource):
        return MISSING
    return url(scene, shows["$url"])


def _log(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    texts = shows["$log"]
    return [
        texts[state].replace("{time}", datetime.fromtimestamp(at, UTC).strftime(LOG_TIME))
        for state, at in scene.resource.history
        if state in texts
    ]


def _last_log(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    named = next((row for row in scene.lifecycle.fields if row.pointer == shows["$last_log"]), None)
    lines = _shown(scene, named, named.shows, shown) if named else []
    return lines[-1] if lines else ""


def _by_state(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    return shows["$by_state"].get(scene.resource.state, shows.get("default", MISSING))


def _of(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    identity = str(get(scene.resource.request, shows["by"]))
    other = scene.world.resources.get((shows["$of"], identity))
    if other is None:
        return MISSING
    there = replace(scene, lifecycle=scene.contract.lifecycles[shows["$of"]], resource=other)
    return shown_at(there, shows["at"])


def _embeds(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    lifecycle = scene.contract.lifecycles[shows["$embeds"]]
    other = scene.world.resources.get((lifecycle.name, scene.resource.identity))
    if other is None:
        return MISSING if lifecycle.absent is None else dict(lifecycle.absent)
    return document(replace(scene, lifecycle=lifecycle, resource=other))


def _identity(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    return scene.resource.identity


def _state(scene: Scene, rule: FieldRule, shows: Mapping[str, Any], shown: Any) -> Any:
    return spell(scene.lifecycle, scene.resource.state)


PLACEHOLDERS: dict[str, Callable[[Scene, FieldRule, Mapping[str, Any], Any], Any]] = {
    "$identity": _identity,
    "$state": _state,
    "$request": _request,
    "$requested": _requested,
    "$time": _time,
    "$elapsed": _elapsed,
    "$rows": _rows,
    "$percent": _percent,
    "$size": _size,
    "$url": _url,
    "$log": _log,
    "$last_log": _last_log,
    "$by_state": _by_state,
    "$of": _of,
    "$embeds": _embeds,
}


def moment(lifecycle: Lifecycle, resource: Resource, name: str) -> float | None:
    """When the resource was created, updated, started (left its initial state to work) or finished; None before."""
    if name in ("created", "updated"):
        return resource.created if name == "created" else resource.updated
    entered = resource.history[1:]
    if name == "finished":
        return next((at for state, at in entered if is_final(lifecycle, state)), None)
    return next((at for state, at in entered if lifecycle.final.get(state, "success") == "success"), None)


def _progress(scene: Scene) -> float:
    """0 before the first step, 1 at a successful end, a half in between; a job that failed stays where it was."""
    states = [state for state, _ in scene.resource.history]
    if any(scene.lifecycle.final.get(state) == "success" for state in states):
        return 1.0
    started = any(state not in scene.lifecycle.final for state in states[1:])
    return 0.5 if started else 0.0


def _counts(scene: Scene, table: Table) -> dict[str, int]:
    total = len(table.rows)
    return {"total": total, "scored": int(total * _progress(scene)), "failed": 0, "skipped": 0}


def _kinds(scene: Scene, pointer: str) -> tuple[str, ...]:
    """The JSON types of a member: of the document, or of the answer to a creation where the document lacks it."""
    observed, created, operations = scene.lifecycle.observed_by, scene.lifecycle.created_by, scene.contract.operations
    found = _kinds_at(operations[observed.operation], observed.at + pointer) if observed else ()
    return found or (_kinds_at(operations[created.operation], pointer) if created else ())


def _kinds_at(operation: Operation, pointer: str) -> tuple[str, ...]:
    schema: Any = next(iter(operation.success.content.values()), {})
    for part in pointer.split("/")[1:]:
        schema = schema.get("properties", {}).get(part, {})
    kinds = schema.get("type", ())
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)
