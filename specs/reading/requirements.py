"""Requirements that follow from schemas, operations and lifecycles, so that nobody writes them by hand.

A constraint is a requirement with the constraint's id. A lifecycle row becomes one requirement for each law that it
states. The sentences are made here, once; which function judges a requirement is named by `check`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from specs.articles import an
from specs.contract import (
    Auth,
    Constraint,
    ErrorClass,
    FieldRule,
    Lifecycle,
    Operation,
    Parts,
    Place,
    Requirement,
    Strength,
)
from specs.lifecycle import is_final
from specs.reading.command_laws import Row, of_commands

PHRASES: Mapping[str, str] = {
    "type": "is of type {value}",
    "enum": "is one of {value}",
    "const": "is {value}",
    "minLength": "has at least {value} characters",
    "maxLength": "has at most {value} characters",
    "pattern": "matches {value}",
    "minimum": "is at least {value}",
    "maximum": "is at most {value}",
    "exclusiveMinimum": "is greater than {value}",
    "exclusiveMaximum": "is less than {value}",
    "multipleOf": "is a multiple of {value}",
    "minItems": "has at least {value} items",
    "maxItems": "has at most {value} items",
    "uniqueItems": "repeats no item",
    "minProperties": "has at least {value} members",
    "maxProperties": "has at most {value} members",
    "required": "is present",
    "additionalProperties": "has no unknown member",
}

LIMITS_MIN = 2
"""With fewer limits an operation shows no habit in refusing."""


def of_constraint(constraint: Constraint, operation: Operation) -> Requirement:
    """The requirement that a constraint is. It needs what its operation needs."""
    place = constraint.pointer.strip("/").replace("/", ".") or "the body"
    value = constraint.value
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    phrase = PHRASES.get(constraint.keyword, f"obeys the rule {constraint.keyword}").format(value=shown[:200])
    side = "request" if constraint.side == "request" else f"{constraint.status} response"
    return Requirement(
        id=constraint.id,
        sentence=f"{place} of {an(constraint.operation)} {side} {phrase}.",
        source=constraint.source,
        strength=constraint.strength,
        check=f"{constraint.side}_constraint",
        operation=constraint.operation,
        place=Place(constraint.location, constraint.pointer),
        features=tuple(dict.fromkeys(name for name in (operation.feature, constraint.feature) if name)),
        origin="constraint",
    )


def of_operation(vendor: str, operation: Operation, auth: Auth) -> Iterator[Requirement]:
    """What every documented operation promises: it takes valid calls, answers as documented, asks for credentials."""
    rows: list[tuple[str, str, str, Mapping[str, Any], str | None]] = [
        ("valid_request_is_accepted", f"A valid {operation.id} call is accepted.", "accepts_valid", {}, None),
        ("status_is_documented", f"{operation.id} answers with documented statuses.", "documented_status", {}, None),
    ]
    if operation.success.content:
        kinds = ", ".join(operation.success.content)
        sentence = f"A successful {operation.id} answer is well-formed {kinds}."
        rows.append(("answer_is_well_formed", sentence, "well_formed", {}, None))
    if auth.scheme != "none" and operation.authenticated:
        for situation, what in (("unauthenticated", "without credentials"), ("bad_credentials", "with wrong ones")):
            sentence = f"{an(operation.id, 'A')} call {what} is refused."
            name = f"{'missing' if situation == 'unauthenticated' else 'wrong'}_credentials_are_refused"
            feature = "authentication" if auth.optional else None
            rows.append((name, sentence, "credentials", {"situation": situation}, feature))
    if auth.scheme != "none" and not operation.authenticated:
        sentence = f"{operation.id} answers without credentials."
        open_to_all = {"situation": "unauthenticated", "expect": "accepted"}
        rows.append(("needs_no_credentials", sentence, "credentials", open_to_all, None))
    for name, sentence, check, parameters, feature in rows:
        yield _promise(vendor, operation, name, sentence, check, parameters, feature)


def _promise(
    vendor: str,
    operation: Operation,
    name: str,
    sentence: str,
    check: str,
    parameters: Mapping[str, Any] = MappingProxyType({}),
    feature: str | None = None,
) -> Requirement:
    """What an operation promises by being documented. It needs the operation's feature, and one more where named."""
    return Requirement(
        id=f"{vendor}.{operation.id}.{name}",
        sentence=sentence,
        source=operation.source,
        strength="must",
        check=check,
        operation=operation.id,
        parameters=parameters,
        features=tuple(dict.fromkeys(part for part in (operation.feature, feature) if part)),
    )


def of_errors(vendor: str, known: Mapping[str, Operation], errors: Mapping[str, ErrorClass]) -> Iterator[Requirement]:
    """Where errors have names, an operation has none but those that it declares and those that all operations share."""
    for operation in known.values():
        if not any(form.code for name in operation.errors if name in errors for form in errors[name].forms):
            continue
        sentence = f"{operation.id} fails with errors that it declares, or that are common to all operations."
        yield _promise(vendor, operation, "errors_are_declared", sentence, "documented_error")


def of_refusals(
    vendor: str, operations: Mapping[str, Operation], constraints: Mapping[str, Constraint]
) -> Iterator[Requirement]:
    """For each operation with several enforced limits on its request: how it says no is documented as well.

    A limit that is refused in another way than the others has broken itself; all of them together break this one.
    """
    limits = Counter(row.operation for row in constraints.values() if row.side == "request" and row.strength != "info")
    for operation in operations.values():
        if limits[operation.id] < LIMITS_MIN:
            continue
        sentence = f"{operation.id} refuses requests that break a limit with a documented error."
        yield _promise(vendor, operation, "refusals_are_documented", sentence, "refusal_form")


def of_lifecycle(
    vendor: str, lifecycle: Lifecycle, known: Mapping[str, Operation], lives: Mapping[str, Lifecycle]
) -> Iterator[Requirement]:
    """Every law that a lifecycle states. `parameters["lifecycle"]` names it; the other parameters say which row. A law
    needs what the operations need that it speaks of."""
    for name, sentence, check, parameters, strength in _rows(lifecycle, lives):
        spoken = (known[one].feature for one in _operations_of(lifecycle, name, parameters) if one in known)
        yield Requirement(
            id=f"{vendor}.lifecycle.{lifecycle.name}.{name}",
            sentence=sentence,
            source=str(parameters.get("source") or lifecycle.source),
            strength=strength,
            check=check,
            parameters={"lifecycle": lifecycle.name, **parameters},
            features=tuple(dict.fromkeys(feature for feature in spoken if feature)),
            dispute=lifecycle.spelling_dispute if check == "known_state" else None,
            origin="lifecycle",
        )


def _operations_of(lifecycle: Lifecycle, name: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    """The operations without which nothing can be said about a row: those of the resource, and the row's own. What a
    member may do is seen on resources that stand from the start, too."""
    if "operation" in parameters:
        yield str(parameters["operation"])
        return
    of_request = name.endswith((".echoes", ".default"))
    if lifecycle.seeded and lifecycle.observed_by and name.startswith("field.") and not of_request:
        yield lifecycle.observed_by.operation
        return
    rows: list[Any] = [lifecycle.created_by, lifecycle.observed_by]
    rows.append(lifecycle.listed_by if name.startswith("list.") else None)
    rows.append(lifecycle.results if name.startswith("results.") else None)
    rows.append(lifecycle.upload if name.startswith("upload.") else None)
    rows.append(lifecycle.commands.get(str(parameters.get("command", ""))))
    yield from (row.operation for row in rows if row is not None)


def _rows(lifecycle: Lifecycle, lives: Mapping[str, Lifecycle]) -> Iterator[Row]:
    if lifecycle.observed_by:
        yield from _observation_rows(lifecycle)
    if lifecycle.created_by and lifecycle.observed_by:
        yield from _creation_rows(lifecycle)
    if lifecycle.created_by and lifecycle.created_by.chosen_by_client is None:
        sentence = f"No two {lifecycle.title}s share an id."
        yield "identities_are_distinct", sentence, "distinct_identities", {}, "must"
    if lifecycle.listed_by and lifecycle.created_by:
        yield from _listing_rows(lifecycle)
    elif lifecycle.listed_by and lifecycle.observed_by and lifecycle.seeded:
        sentence = f"A list shows the same {lifecycle.title} as a read."
        yield "list.agrees_with_get", sentence, "list_equals_get", {}, "must"
    yield from of_commands(lifecycle, lives)
    if lifecycle.upload and lifecycle.created_by:
        yield from _upload_rows(lifecycle)
    if lifecycle.results and lifecycle.created_by:
        yield from _results_rows(lifecycle)
    if lifecycle.observed_by and (lifecycle.created_by or lifecycle.seeded):
        for rule in lifecycle.fields:
            yield from _field_rows(rule)
            if lifecycle.transitions and isinstance(rule.shows, Mapping) and MEASURED & set(rule.shows):
                name = rule.pointer.strip("/").replace("/", ".")
                sentence = f"{name} does not change once {an(lifecycle.title)} has ended."
                parameters = {"field": rule.pointer, "source": rule.source}
                yield f"field.{name}.rests", sentence, "field_rests", parameters, "should"


def _observation_rows(lifecycle: Lifecycle) -> Iterator[Row]:
    title = lifecycle.title
    shown = bool(lifecycle.observed_by and lifecycle.observed_by.state)
    if lifecycle.transitions and shown:
        named = ", ".join(lifecycle.states)
        yield "known_state", f"The state of {an(title)} is one of {named}.", "known_state", {}, "must"
    if lifecycle.transitions and shown and lifecycle.created_by:
        yield "legal_path", f"{an(title, 'A')} only takes documented transitions.", "legal_path", {}, "must"
        yield "terminal_is_final", f"{an(title, 'A')} in a final state stays there.", "terminal_is_final", {}, "must"
        yield "reaches_final_state", f"{an(title, 'A')} reaches a final state.", "reaches_final", {}, "should"
    for pointer, asked in lifecycle.observed_by.on_request.items() if lifecycle.observed_by else ():
        name = pointer.strip("/").replace("/", ".")
        sentence = f"{name} of {an(title)} is shown when a read says true at {asked.name.strip('/')}, and only then."
        observed = lifecycle.observed_by.operation if lifecycle.observed_by else ""
        yield f"on_request.{name}", sentence, "shown_on_request", {"pointer": pointer, "operation": observed}, "must"
    if lifecycle.absent is None and (lifecycle.created_by or lifecycle.seeded):
        sentence = f"Reading {an(title)} that does not exist is refused as {lifecycle.not_found}."
        assert lifecycle.observed_by is not None
        yield "unknown_is_refused", sentence, "unknown_identity", {"operation": lifecycle.observed_by.operation}, "must"


def _creation_rows(lifecycle: Lifecycle) -> Iterator[Row]:
    creation, title = lifecycle.created_by, lifecycle.title
    assert creation is not None
    yield "readable_after_create", f"A created {title} can be read.", "readable_after_create", {}, "must"
    for kind, outcome in (("same", creation.again_same), ("different", creation.again_different)):
        sentence = f"Creating {an(title)} again with {kind} parameters: {outcome}."
        strength: Strength = "info" if outcome == "undocumented" else "must"
        yield f"again_{kind}", sentence, "recreate", {"kind": kind, "expect": outcome}, strength
    if (creation.chosen_by_client or creation.unique) and creation.again_same != "undocumented":
        outcome = "all are accepted" if creation.again_same == "accepted" else "exactly one is accepted"
        sentence = f"Of equal creations of {an(title)} at the same moment {outcome}."
        yield "again_at_once", sentence, "recreate_at_once", {"expect": creation.again_same}, "should"
    for reference in creation.references:
        name = reference.place.name.strip("/").replace("/", ".")
        named, missing = an(reference.resource), reference.missing
        sentence = f"{an(title, 'A')} that names {named} that does not exist is refused as {missing}."
        if reference.may_fail_later:
            sentence = f"{sentence[:-1]}, or made and fails."
        yield f"reference.{name}", sentence, "missing_reference", {"reference": reference.place.name}, "must"
        if reference.unfinished == "accepted":
            sentence = f"{an(title, 'A')} may name {an(reference.resource)} that is only just made."
            told = {"reference": reference.place.name}
            yield f"reference.{name}.unfinished", sentence, "unfinished_reference", told, "must"
        if reference.unusable:
            ends = " or ".join(reference.unusable)
            sentence = f"A {title} that names a {reference.resource} in {ends} is refused as {reference.missing}."
            sentence = f"{sentence[:-1]}, or made and fails." if reference.may_fail_later else sentence
            told = {"reference": reference.place.name}
            yield f"reference.{name}.unusable", sentence, "unusable_reference", told, "must"
    if _shows_refused(lifecycle):
        sentence = f"A creation of {an(title)} that is refused leaves nothing behind."
        yield "refused_leaves_nothing", sentence, "refused_leaves_nothing", {}, "should"
    if lifecycle.failing_request:
        sentence = f"{an(title, 'A')} that cannot succeed is made, and fails."
        yield "fails_as_documented", sentence, "fails_as_documented", {}, "must"


def _shows_refused(lifecycle: Lifecycle) -> bool:
    """Whether anybody could see what a refused creation leaves: by its own id or name, or in a list."""
    creation, listing = lifecycle.created_by, lifecycle.listed_by
    assert creation is not None
    refusable = bool(creation.references) or creation.chosen_by_client is not None
    named = creation.chosen_by_client is not None or creation.unique is not None
    return lifecycle.absent is None and refusable and (named or listing is not None)


def _listing_rows(lifecycle: Lifecycle) -> Iterator[Row]:
    listing, title = lifecycle.listed_by, lifecycle.title
    assert listing is not None
    yield "list.shows_created", f"A created {title} appears in the list.", "listed", {}, "must"
    yield "list.agrees_with_get", f"A list shows the same {title} as a read.", "list_equals_get", {}, "must"
    if listing.paging:
        yield "list.limit", "A page has no more items than asked for.", "page_size", {}, "must"
        yield "list.pages", "Following the pages shows each item exactly once.", "paging", {}, "must"
        if listing.paging.count or listing.paging.total:
            sentence = "A page counts its items rightly, and its total agrees with what was shown and what follows."
            yield "list.counts", sentence, "page_counts", {}, "must"
        if listing.paging.offset:
            sentence = "The links of a page ask its own question again, from where it ends or from before it."
            yield "list.links", sentence, "page_links", {}, "must"
        if listing.paging.bad_token:
            sentence = f"A page token that the list did not give out is refused as {listing.paging.bad_token}."
            yield "list.bad_token", sentence, "bad_token", {}, "should"
    for filter_ in listing.filters:
        for name in filter_.names or {filter_.place.name if filter_.place else "": filter_.field}:
            short = name.strip("/").replace("/", ".")
            sentence = f"The filter {short} lists only the {title}s that it describes, and all of them."
            yield f"list.filter.{short}", sentence, "list_filter", {"name": name}, "must"
    if listing.order:
        sentence = f"The list is sorted as {listing.order.place.name.strip('/')} asks."
        yield "list.order", sentence, "list_order", {}, "must"


def _upload_rows(lifecycle: Lifecycle) -> Iterator[Row]:
    upload, title = lifecycle.upload, lifecycle.title
    assert upload is not None
    yield "upload.again", f"A second upload to {an(title)} is refused as {upload.again}.", "upload_again", {}, "must"
    yield "upload.empty", f"An empty upload to {an(title)} is refused as {upload.empty}.", "upload_empty", {}, "must"
    sentence = f"An upload to {an(title)} that does not exist is refused as {lifecycle.not_found}."
    yield "upload.unknown_is_refused", sentence, "unknown_identity", {"operation": upload.operation}, "must"
    if upload.when:
        sentence = f"An upload to {an(title)} that reads its input elsewhere is refused as {upload.not_needed}."
        yield "upload.not_needed", sentence, "parts_refused", {"refused_as": upload.not_needed, "of": "other"}, "must"
    if upload.unreadable:
        sentence = f"An upload to {an(title)} that is no text of its encoding is refused as {upload.unreadable}."
        yield "upload.unreadable", sentence, "parts_refused", {"refused_as": upload.unreadable, "of": "bytes"}, "must"
    if upload.parts:
        yield from _parts_rows(lifecycle, upload.parts)


def _parts_rows(lifecycle: Lifecycle, parts: Parts) -> Iterator[Row]:
    title, both = lifecycle.title, {"operation": parts.finish}
    sentence = f"{an(title, 'A')} whose input arrives in parts goes on once {parts.finish} has said that all are there."
    yield "upload.parts.complete", sentence, "parts_complete", both, "must"
    sentence = f"{parts.finish} of {an(title)} without any part is refused as {parts.empty}."
    yield "upload.parts.none", sentence, "parts_refused", {**both, "refused_as": parts.empty}, "must"
    sentence = f"{parts.finish} of {an(title)} that takes its input whole is refused as {parts.wrong}."
    yield "upload.parts.wrong", sentence, "parts_refused", {**both, "refused_as": parts.wrong}, "must"
    for operation in (parts.operation, parts.finish):
        sentence = f"{operation} of {an(title)} that does not exist is refused as {lifecycle.not_found}."
        name = f"upload.parts.{operation}.unknown_is_refused"
        yield name, sentence, "unknown_identity", {"operation": operation}, "must"


def _results_rows(lifecycle: Lifecycle) -> Iterator[Row]:
    results, title = lifecycle.results, lifecycle.title
    assert results is not None
    where = ", ".join(results.available_in)
    yield "results.available", f"The results of {an(title)} are served in {where}.", "results_available", {}, "must"
    for state, error in results.otherwise.items():
        sentence = f"The results of {an(title)} in {state} are refused as {error}."
        yield f"results.refused.{state}", sentence, "results_refused", {"state": state, "expect": error}, "must"
    if any(is_final(lifecycle, state) for state in results.available_in):
        yield "results.repeatable", f"Results of {an(title)} are the same each time.", "results_repeatable", {}, "must"
    sentence = f"The results of {an(title)} that does not exist are refused as {lifecycle.not_found}."
    yield "results.unknown_is_refused", sentence, "unknown_identity", {"operation": results.operation}, "must"


LAWS: Mapping[str, tuple[str, str]] = {
    "echoes": ("field_echoes", "repeats what the create request said"),
    "default": ("field_default", "is {value} when the create request does not say"),
    "constant": ("field_constant", "never changes"),
    "never_decreases": ("field_never_decreases", "never decreases"),
    "only_grows": ("field_only_grows", "only grows, and keeps what it had"),
    "set_once": ("field_set_once", "does not change once it has a value"),
    "null_until": ("field_null_until", "is null or absent before {value}"),
    "present_in": ("field_present", "is present in {value}"),
    "absent_in": ("field_absent", "is absent in {value}"),
    "at_most": ("field_at_most", "is never more than {value}"),
}
"""Law of a field rule -> the check that judges it, and how to say it."""


def _field_rows(rule: FieldRule) -> Iterator[Row]:
    name = rule.pointer.strip("/").replace("/", ".")
    for law, (check, phrase) in LAWS.items():
        value = getattr(rule, law)
        if value or (law == "default" and value is not None):
            shown = ", ".join(value) if isinstance(value, tuple) else str(value)
            parameters = {"field": rule.pointer, "source": rule.source}
            yield f"field.{name}.{law}", f"{name} {phrase.format(value=shown)}.", check, parameters, rule.strength


MEASURED = frozenset(("$elapsed", "$rows", "$size", "$log", "$last_log"))
"""Placeholders of members that tell what a resource has done so far."""


def repeated(requirements: Iterable[Requirement]) -> Iterator[Requirement]:
    """Every requirement whose id stands already in front of it."""
    seen: set[str] = set()
    for requirement in requirements:
        if requirement.id in seen:
            yield requirement
        seen.add(requirement.id)
