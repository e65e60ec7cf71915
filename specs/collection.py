"""The frozen values that say what clients may hang on resources: tags, and whatever else comes and goes item by item.

A collection has no states: an item is there or it is not, under a key of its own. What is worth a law is who adds,
removes and shows items, and what becomes of an item that is added twice, is removed in vain, or is one too many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specs.message import JsonValue
from specs.resource import Place, Strength


@dataclass(frozen=True)
class Adding:
    """The operation that adds items; `items` is the array in its request."""

    operation: str
    items: Place


@dataclass(frozen=True)
class Removing:
    """The operation that removes items; `keys` is the array of their keys in its request. `unknown_key` is what a key
    gets that no item has: `accepted`, an error class, or `undocumented`."""

    operation: str
    keys: Place
    unknown_key: str = "undocumented"


@dataclass(frozen=True)
class Showing:
    """The operation that shows all items; `items` points to the array in its answer."""

    operation: str
    items: str


@dataclass(frozen=True)
class Bound:
    """An owner has at most `items` items; one more is refused as an error class."""

    items: int
    refused_as: str
    strength: Strength = "must"
    source: str = ""


@dataclass(frozen=True)
class Reservation:
    """Keys that begin with `prefix` are the vendor's own; a client's are refused as an error class."""

    prefix: str
    refused_as: str
    strength: Strength = "must"
    source: str = ""


@dataclass(frozen=True)
class Collection:
    """Items on resources. `owner` is where each of the three requests names the resource.

    `owners` maps each kind of resource that can have items to the members of the request body (pointer -> value) that
    say that it is of this kind. `key` and `value` point into one item.
    """

    name: str
    title: str
    """What one item is called."""
    source: str
    owner: Place
    owners: Mapping[str, Mapping[str, JsonValue]]
    key: str
    value: str
    added_by: Adding
    removed_by: Removing
    listed_by: Showing
    value_optional: bool = False
    """Whether an item may come without a value, and is then shown without one."""
    case_sensitive: bool = False
    """Whether a source says that keys which differ in case only are two keys."""
    at_creation: Place | None = None
    """Where create requests of owners may carry their first items; None when they cannot."""
    echoes: Mapping[str, Place] = field(default_factory=dict)
    """Members of all three answers that repeat a place of the request."""
    not_found: str = "not_found"
    """Error class for an owner that does not exist."""
    at_most: Bound | None = None
    reserved: Reservation | None = None

    @property
    def operations(self) -> tuple[str, str, str]:
        """The operations that add, remove and show."""
        return (self.added_by.operation, self.removed_by.operation, self.listed_by.operation)
