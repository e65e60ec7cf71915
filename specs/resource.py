"""The frozen values that say how one kind of resource lives: who creates, observes, lists and ends it, and its laws.

They are the rows of lifecycles.yaml. They stand apart from the rest of the contract because a table of states can be
read, and walked, without knowing any message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from specs.message import JsonValue

Strength = Literal["must", "should", "info"]
Location = Literal["path", "query", "header", "body"]


@dataclass(frozen=True)
class Place:
    """Where a value stands in a message: a parameter by name, a header by name, or a body by JSON pointer.

    `segment` picks one path segment of a URL value (`-2` is the last but one: the id in `.../jobs/ID/`).
    """

    location: Location
    name: str
    segment: int | None = None


@dataclass(frozen=True)
class Variant:
    """One documented answer to a disputed question."""

    name: str
    source: str


@dataclass(frozen=True)
class Dispute:
    """Sources that disagree: the accepted variants, each with its source. The first one is the default."""

    question: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Reference:
    """A member of a create request that names another resource; `missing` is the error class when there is none.

    `unfinished` is what a resource gets that is only just made: `accepted`, or `undocumented`.
    `only` limits which of them will do (pointer into the document or `/$private` -> values), `otherwise` is the error
    class for the others. Where `may_fail_later`, a request that names nothing may also be accepted, if its job fails.
    `unusable` are the final states in which a resource is as good as none.
    """

    place: Place
    resource: str
    missing: str
    unfinished: str = "undocumented"
    only: Mapping[str, tuple[JsonValue, ...]] = field(default_factory=dict)
    otherwise: str = ""
    may_fail_later: bool = False
    unusable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Apart:
    """Members of a create request that must not be equal when all are given; else it is refused as an error class."""

    places: tuple[Place, ...]
    refused_as: str


@dataclass(frozen=True)
class Barred:
    """Values of a create request's member that stand for nothing; they are refused as an error class."""

    place: Place
    values: tuple[JsonValue, ...]
    refused_as: str


@dataclass(frozen=True)
class Creation:
    """How a resource comes to be.

    `identity` is where the answer carries the new id (where the request has it when `answered` is false: no answer
    repeats it), `chosen_by_client` where the request names it (None: the server chooses by `template`, whose `{...}`
    are request pointers, or `{hex24}` / `{hex8}` / `{uuid}`). `unique` is the request place whose value must be
    fresh when the id itself is not in the request. `again_same` and `again_different` say what
    a repeat with equal or other parameters gets: `accepted`, an error class, or `undocumented`.
    """

    operation: str
    identity: Place
    chosen_by_client: Place | None = None
    answered: bool = True
    template: str = ""
    unique: Place | None = None
    again_same: str = "undocumented"
    again_different: str = "undocumented"
    references: tuple[Reference, ...] = ()
    apart: tuple[Apart, ...] = ()
    barred: tuple[Barred, ...] = ()
    also: tuple[str, ...] = ()
    """Further operations that make such a resource from the same request, with the same answer."""
    intake: Place | None = None
    """Where the create request itself carries the resource's content (a file of a form); None without one."""
    answer: Mapping[str, JsonValue] | None = None
    """The answer's body as a template (`shows` placeholders, and `{$document: true}` for the observed document). None:
    the id at `identity` when that is in the body, else the whole observed document."""

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that makes such a resource, the principal one first."""
        return (self.operation, *self.also)


@dataclass(frozen=True)
class Observation:
    """How one resource is read: `identity` in the request, the resource's document `at` a pointer of the body."""

    operation: str
    identity: Place
    at: str
    state: str
    """Pointer to the state inside the document; empty for a resource that shows none (it is there or it is not)."""
    on_request: Mapping[str, Place] = field(default_factory=dict)
    """Members of the document that are shown only when the call says true at the place."""


@dataclass(frozen=True)
class Paging:
    """How a list is cut. Style `token`: `limit`, `token` (request places) and `next` (body pointer).

    Style `offset`: `limit`, `offset` (request places), `next` and `previous` (body pointers to absolute URLs or null),
    `count` and `total` (body pointers, empty when the vendor has none).
    """

    style: Literal["token", "offset"]
    limit: Place
    default: int
    maximum: int
    next: str
    token: Place | None = None
    offset: Place | None = None
    previous: str = ""
    count: str = ""
    total: str = ""
    bad_token: str | None = None
    """Error class for a token that the server never gave out; None when undocumented."""


@dataclass(frozen=True)
class Filter:
    """A list filter. With `operator` names (`{EQ: eq, ...}` by request place) it compares the field that `variable`
    names; without, the parameter `place` must equal the item's `field` (a repeated parameter means any of them)."""

    place: Place | None = None
    variable: Place | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Value of `variable` -> pointer into the item."""
    operators: Mapping[str, str] = field(default_factory=dict)
    """Request member -> one of eq, ne, gt, ge, lt, le, prefix."""
    field: str = ""
    part: bool = False
    """Whether the sources leave open if a part of the field's text is enough: then only a text without it is wrong."""


@dataclass(frozen=True)
class Order:
    """How a list is sorted. `place` holds the direction (`values` maps its value to field pointer or to asc/desc)."""

    place: Place
    values: Mapping[str, str]
    """Request value -> `asc`, `desc` (with a filter variable), or a pointer, `-` in front for descending."""


@dataclass(frozen=True)
class Listing:
    """How resources are listed. `items` points to the array, `identity` and `state` into one item, `at` is the
    subdocument of the item that mirrors the observed document (`""`: the item itself); `omits` are observed members
    that items do not have, and `only` (when not empty) the only ones they have."""

    operation: str
    items: str
    identity: str
    state: str
    omits: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    adds: Mapping[str, JsonValue] = field(default_factory=dict)
    """Members that items have and the observed document has not, each with the value that an imitator shows."""
    on_request: Mapping[str, Place] = field(default_factory=dict)
    """Members that items show only when the call says true at the place; else they are null or absent."""
    paging: Paging | None = None
    filters: tuple[Filter, ...] = ()
    order: Order | None = None


@dataclass(frozen=True)
class Making:
    """A new resource that a command makes from an existing one: its create request is the member `request` of that
    one's document, and the answer, which is the new resource's document, names it at `identity`."""

    resource: str
    request: str
    identity: Place


@dataclass(frozen=True)
class Command:
    """An operation that acts on an existing resource.

    `event` is the transition that it takes (empty: none), `from_states` where it is allowed (empty: everywhere),
    `otherwise` the error class elsewhere (`undocumented` when no source says), `sets` copies request places into
    document members, `stamps` lets a true there show the time of the command and a false nothing. What `unlists` may
    take the resource off lists, or bring it back.
    """

    name: str
    operation: str
    identity: Place
    event: str = ""
    from_states: tuple[str, ...] = ()
    otherwise: str = "undocumented"
    sets: Mapping[str, Place] = field(default_factory=dict)
    stamps: Mapping[str, Place] = field(default_factory=dict)
    unlists: bool = False
    makes: Making | None = None
    source: str = ""
    answer: Mapping[str, JsonValue] | None = None
    """The answer's body as a template, as in `Creation`; None: no body."""


@dataclass(frozen=True)
class Parts:
    """Input that arrives in several uploads, for jobs whose create request has the values of `when` too.

    `operation` takes one part, whose number stands at `number`; `finish` (identity at `finish_identity`) says that all
    have arrived. `wrong` is the error class for a job that takes its input whole, `empty` for a finish without parts.
    """

    operation: str
    identity: Place
    number: Place
    finish: str
    finish_identity: Place
    when: Mapping[str, JsonValue]
    wrong: str
    empty: str


@dataclass(frozen=True)
class Upload:
    """Input that a job waits for. `when` limits it to jobs whose create request has these values (pointer -> value)."""

    operation: str
    identity: Place
    media_type: str
    event: str
    """The transition that becomes possible once the input has arrived."""
    again: str
    """Error class for a second upload."""
    empty: str
    """Error class for an empty upload."""
    when: Mapping[str, JsonValue] = field(default_factory=dict)
    not_needed: str = "not_found"
    """Error class for an upload to a job that reads its input elsewhere."""
    unreadable: str = ""
    """Error class for an upload that is no text of its encoding; empty when no source tells."""
    parts: Parts | None = None


@dataclass(frozen=True)
class Results:
    """An operation that hands out a job's output.

    `available_in` lists the states that must serve it; `otherwise` maps other states to error classes; `columns`
    names a row of `Contract.outputs`.
    """

    operation: str
    identity: Place
    available_in: tuple[str, ...]
    otherwise: Mapping[str, str]
    media_type: str
    link: str = ""
    """Pointer to the member of the document that links to the results; empty without one."""
    output: str = ""


@dataclass(frozen=True)
class FieldRule:
    """What one member of a resource's document shows, and what it may do over time.

    `shows` tells an imitator how to fill it (see specs/README.md); the laws bind everyone. `present_in` and
    `absent_in` are states; `null_until` is the first state that may show a value.
    """

    pointer: str
    shows: JsonValue = None
    echoes: Place | None = None
    default: JsonValue = None
    """What it shows when the create request says nothing at `echoes`; None when no source tells."""
    constant: bool = False
    never_decreases: bool = False
    only_grows: bool = False
    set_once: bool = False
    null_until: str | None = None
    present_in: tuple[str, ...] = ()
    absent_in: tuple[str, ...] = ()
    varies: bool = False
    """Whether it may change with whatever else changes: it follows from other members, or from time."""
    at_most: str | None = None
    """Pointer to a member whose value this one never exceeds."""
    strength: Strength = "must"
    source: str = ""


@dataclass(frozen=True)
class Consistency:
    """How long a change may take to show, in seconds, and how many agreeing reads in a row settle it."""

    get_after_create_s: float = 0.0
    list_after_create_s: float = 0.0
    results_after_final_s: float = 0.0
    stay: int = 2


@dataclass(frozen=True)
class Lifecycle:
    """The life of one kind of resource, as a table: state -> event -> next state.

    A resource without transitions (`transitions` empty) only exists: `seeded` documents stand for what a target has
    before a run. `course` lists the events that happen by themselves when nothing goes wrong, `failure` the event of a
    job that goes wrong by itself.
    """

    name: str
    title: str
    source: str
    initial: str
    transitions: Mapping[str, Mapping[str, str]]
    final: Mapping[str, str]
    """Final state -> success, failure or cancelled."""
    course: tuple[str, ...] = ()
    failure: str = ""
    created_by: Creation | None = None
    observed_by: Observation | None = None
    listed_by: Listing | None = None
    commands: Mapping[str, Command] = field(default_factory=dict)
    upload: Upload | None = None
    results: Results | None = None
    fields: tuple[FieldRule, ...] = ()
    consistency: Consistency = Consistency()
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """State -> accepted spellings on the wire; the first is the default. A state without a row is spelled as named."""
    spelling_dispute: Dispute | None = None
    not_found: str = "not_found"
    """Error class for an identity that does not exist."""
    gone: tuple[str, ...] = ()
    """Final states in which the resource has ceased to exist: whatever is asked about it is `not_found`."""
    absent: Mapping[str, JsonValue] | None = None
    """The document that observers show while the resource does not exist (a sub-resource such as an endpoint)."""
    seeded: tuple[Mapping[str, JsonValue], ...] = ()
    """Documents that exist from the start, with `$fixture` placeholders still in them."""
    failing_request: Mapping[str, JsonValue] | None = None
    """Changes to the sample request (pointer -> value) that make a target fail the job, when a source says how."""

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of the table; final states that only occur as targets come last."""
        named = dict.fromkeys((self.initial, *self.transitions))
        named.update(dict.fromkeys(target for edges in self.transitions.values() for target in edges.values()))
        named.update(dict.fromkeys(self.final))
        return tuple(state for state in named if state)

    @cached_property
    def states_by_spelling(self) -> Mapping[str, str]:
        """Accepted spelling on the wire -> state; a spelling of two states means the first one."""
        pairs = [(text, state) for state in self.states for text in self.spellings.get(state, (state,))]
        return dict(reversed(pairs))
