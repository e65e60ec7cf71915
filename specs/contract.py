"""The frozen values that a vendor's folder becomes when it is loaded.

A `Contract` is total: everything that a judge, a mock or a page of documentation may say about a vendor stands in it,
and nothing in it can change. All tables keep the order of the files. JSON pointers (RFC 6901) name places in bodies;
`""` is the whole body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from specs.collection import Collection
from specs.message import JsonValue
from specs.resource import (
    Apart,
    Barred,
    Command,
    Consistency,
    Creation,
    Dispute,
    FieldRule,
    Filter,
    Lifecycle,
    Listing,
    Location,
    Making,
    Observation,
    Order,
    Paging,
    Parts,
    Place,
    Reference,
    Results,
    Strength,
    Upload,
    Variant,
)

__all__ = [
    "Apart",
    "Auth",
    "Barred",
    "Collection",
    "Command",
    "Consistency",
    "Constraint",
    "Contract",
    "Creation",
    "Dispute",
    "Envelope",
    "ErrorClass",
    "ErrorForm",
    "Example",
    "FieldRule",
    "Filter",
    "Fixture",
    "Lifecycle",
    "Listing",
    "Location",
    "Making",
    "Observation",
    "Operation",
    "Order",
    "Output",
    "Paging",
    "Parameter",
    "Parts",
    "Passthrough",
    "Place",
    "Reference",
    "Requirement",
    "ResponseSpec",
    "Results",
    "Sample",
    "Scorer",
    "Strength",
    "Upload",
    "Variant",
]


@dataclass(frozen=True)
class Requirement:
    """One sentence that a server can meet or miss.

    `check` names the function that judges it (a row of `conformance`'s CHECKS) and `parameters` is what that function
    needs; `operation` and `place` say where it applies when it applies to one place. A requirement of strength `info`
    is reported, never failed.
    """

    id: str
    sentence: str
    source: str
    strength: Strength
    check: str
    operation: str | None = None
    place: Place | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    """Optional parts of the API that it needs, all of them."""
    dispute: Dispute | None = None
    origin: Literal["constraint", "lifecycle", "written", "wire"] = "written"
    line: str = ""
    """`file:line` below the vendor's folder, for reports."""


@dataclass(frozen=True)
class Constraint:
    """A limit that one schema keyword sets at one place of one message.

    `pointer` is a JSON pointer into the *instance*: array items are `*`, the values of a map are `{value}`, its keys
    `{key}`. A parameter's pointer is its name. `schema` is the subschema that holds the keyword, `value` the
    keyword's value. A rule that needs several keywords (if/then, not) has its `x-name` as keyword.
    """

    id: str
    operation: str
    side: Literal["request", "response"]
    location: Location
    pointer: str
    keyword: str
    value: JsonValue
    schema: Mapping[str, Any]
    schema_pointer: str
    """JSON pointer of the keyword inside the operation's own, fully resolved schema."""
    strength: Strength
    source: str
    status: str | None = None
    """For a response: the documented status (`200`), else None."""
    feature: str | None = None
    """The optional feature that the place belongs to; None for what every target has."""
    violations: tuple[JsonValue, ...] = ()
    """For a named rule: values for the place that break this rule and nothing else."""


@dataclass(frozen=True)
class Parameter:
    """A path, query or header parameter of an operation."""

    name: str
    location: Location
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ResponseSpec:
    """A documented response: schema by media type (an empty schema allows everything) and required header names."""

    status: str
    content: Mapping[str, Mapping[str, Any]]
    headers: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Operation:
    """One documented call. `route` is what tells operations on one URL apart (AWS: the X-Amz-Target), else empty."""

    id: str
    method: str
    path: str
    route: str
    summary: str
    parameters: tuple[Parameter, ...]
    request: Mapping[str, Mapping[str, Any]]
    """Schema by media type; empty when the operation takes no body."""
    request_required: bool
    responses: Mapping[str, ResponseSpec]
    errors: tuple[str, ...]
    """Error classes (rows of `Contract.errors`) that this operation documents."""
    authenticated: bool
    source: str
    feature: str | None = None
    invalid: tuple[str, ...] = ()
    """Further error classes that may refuse a body that breaks a limit, beside the contract's own."""
    base_path: str | None = None
    """What stands in front of the path, where the document gives its path item a server of its own; else None."""

    @cached_property
    def success(self) -> ResponseSpec:
        """The first documented 2xx response."""
        return next(spec for status, spec in self.responses.items() if status.startswith("2"))

    @property
    def request_schema(self) -> Mapping[str, Any] | None:
        """The schema of the first documented request media type, None without a body."""
        return next(iter(self.request.values()), None)


@dataclass(frozen=True)
class ErrorForm:
    """How an error looks on the wire. `code` is None where the vendor's errors carry no name."""

    status: int
    code: str | None = None


@dataclass(frozen=True)
class ErrorClass:
    """A kind of refusal and every documented form of it. The first form is the one that a mock answers with."""

    name: str
    forms: tuple[ErrorForm, ...]
    message: str
    media_type: str | None = None
    """None means the wire's own media type for errors."""
    dispute: Dispute | None = None


@dataclass(frozen=True)
class Auth:
    """How calls are authenticated. `header` and `prefixes` serve the schemes `bearer` and `api_key`."""

    scheme: Literal["none", "bearer", "api_key", "sigv4"]
    header: str = "Authorization"
    prefixes: tuple[str, ...] = ()
    service: str = ""
    region: str = ""
    optional: bool = False
    """True when a target may run without credentials (a local server, or a vendor whose default is off)."""


@dataclass(frozen=True)
class Passthrough:
    """Members of the records that a caller wants back: `columns` is where a call names them, `every` where it asks for
    all of them, and `at` where a result shows them. A call that says both is refused as `both` (empty:
    undocumented)."""

    columns: Place
    every: Place
    at: str
    both: str = ""


@dataclass(frozen=True)
class Scorer:
    """An operation that scores at once.

    `model` is where the request names the model, `record` where it gives the input, `items` the array of a batch
    (empty: one record). `kind_of` points into the model's document at its kind; `results` maps a kind to the JSON
    template of one result (`specs/README.md` lists its placeholders).
    """

    name: str
    operation: str
    resource: str
    model: Place
    kind_of: str
    results: Mapping[str, JsonValue]
    record: str = ""
    items: str = ""
    result_at: str = ""
    many: bool = False
    """Whether `record` is an array of records for the one model, and `result_at` the array of their results."""
    unknown: str = ""
    """Error class for an unknown model; for a batch the template of a failed item is `results["unknown"]`."""
    needs: str = ""
    """A resource that must be in one of `needs_states` (same identity as the model), or `not_ready` is answered."""
    needs_states: tuple[str, ...] = ()
    not_ready: str = ""
    threshold: str = ""
    """Pointer into the model's document at the score from which on a label is the positive one; empty without one."""
    status_of: Mapping[str, int] = field(default_factory=dict)
    """Kind -> HTTP status when the answer's status follows the result."""
    headers: Mapping[str, JsonValue] = field(default_factory=dict)
    """Headers of a success, as templates like `results`; an imitator shows them."""
    passthrough: Passthrough | None = None
    """What of a record a caller can have repeated in its result; None when nothing can be asked for."""


@dataclass(frozen=True)
class Output:
    """The layout of a tabular output: per model kind its columns, as templates over target, class and column names."""

    name: str
    format: Literal["csv", "csv_gzip", "json_lines"]
    columns: Mapping[str, tuple[Mapping[str, Any], ...]]
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fixture:
    """A value that a run needs and that only a target knows. `value` is what the embedded servers have."""

    name: str
    meaning: str
    value: JsonValue
    assumed: bool = False
    """Whether an import has made the value up and nobody has decided yet."""


@dataclass(frozen=True)
class Sample:
    """One valid call with placeholders: `{$fixture: name}`, `{$fresh: "prefix"}`, `{$identity: resource}`."""

    operation: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    body: JsonValue = None
    full: JsonValue = None
    """A second body that has every optional member that can stand together, for constraints on optional places."""
    assumed: bool = False
    """Whether an import has made it up and nobody has decided yet: a target may refuse it, and is right."""


@dataclass(frozen=True)
class Example:
    """A golden exchange: raw request and response with the operation that they belong to."""

    name: str
    operation: str
    request: Mapping[str, Any]
    response: Mapping[str, Any]


@dataclass(frozen=True)
class Envelope:
    """What every answer is wrapped in: templates of a success and of an error (`specs/README.md` lists their
    placeholders)."""

    success: Mapping[str, JsonValue]
    error: Mapping[str, JsonValue]


@dataclass(frozen=True)
class Contract:
    """One vendor's folder, loaded. See the module's text."""

    vendor: str
    title: str
    wire: str
    wire_options: Mapping[str, Any]
    base_path: str
    versions: tuple[str, ...]
    pages: Mapping[str, str]
    auth: Auth
    features: Mapping[str, str]
    """Optional features, by name, with their meaning. A profile declares which ones a target has."""
    feature_versions: Mapping[str, str]
    """Feature -> the range of versions that have it (`specs.versions`), where the vendor has not always had it."""
    fixtures: Mapping[str, Fixture]
    errors: Mapping[str, ErrorClass]
    refusals: Mapping[str, str]
    """Situation -> error class; the situations are those of `specs.reading.cross_checks.SITUATIONS`."""
    operations: Mapping[str, Operation]
    samples: Mapping[str, Sample]
    lifecycles: Mapping[str, Lifecycle]
    collections: Mapping[str, Collection]
    scorers: Mapping[str, Scorer]
    outputs: Mapping[str, Output]
    constraints: Mapping[str, Constraint]
    requirements: Mapping[str, Requirement]
    examples: tuple[Example, ...]
    document: Mapping[str, Any]
    """The OpenAPI document as it stands in the file."""
    folder: Path
    variant: str = ""
    """The name of the variant that this is; empty for the documented API itself."""
    envelope: Envelope | None = None

    def path_of(self, operation_id: str) -> str:
        """An operation's whole path on its host, parameters still in braces."""
        operation = self.operations[operation_id]
        return (self.base_path if operation.base_path is None else operation.base_path) + operation.path
