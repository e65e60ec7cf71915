"""What an importer read, before it becomes a vendor's folder.

Both importers end in the same value: a document in the dialect that we read, and hints that help to guess what the
document does not say. Everything behind this value is the same for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class ImportRefused(Exception):
    """Something that cannot be imported; the text says why, and what can."""


@dataclass(frozen=True)
class Pages:
    """JSON pointers of a list's page token and limit in the request, and of its next token and items in the answer."""

    token: str
    following: str
    limit: str
    items: str


@dataclass(frozen=True)
class Hints:
    """Facts beside the document: error name -> status and code; list operation -> pages; operation -> state -> end."""

    errors: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    pages: Mapping[str, Pages] = field(default_factory=dict)
    ends: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A document with the rows of vendor.yaml that follow from its source."""

    source: str
    """What was imported, as the command names it; it stands on the first line of every generated file."""
    title: str
    version: str
    wire: str
    wire_options: Mapping[str, Any]
    base_path: str
    auth: Mapping[str, Any]
    pages: Mapping[str, str]
    document: Mapping[str, Any]
    hints: Hints = Hints()
    notes: tuple[str, ...] = ()
    """What was left out of the document, for people."""
