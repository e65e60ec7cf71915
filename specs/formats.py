"""A text of each format that schemas name: what a sample and a request made from a schema are filled with.

No limit follows from a format, for documents use the word loosely. But a target may refuse what breaks one, so nothing
that should be accepted may.
"""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, str] = {
    "date-time": "2024-01-01T00:00:00Z",
    "date": "2024-01-01",
    "time": "00:00:00Z",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "email": "user@example.com",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "YQ==",
    "base64": "YQ==",
    "base64url": "YQ==",
    "duration": "PT1S",
    "uri-reference": "/example",
    "iri": "https://example.com/",
    "idn-email": "user@example.com",
    "ipvanyaddress": "192.0.2.1",
    "ipv4network": "192.0.2.0/24",
    "json-string": "{}",
}
"""Format -> a text. Names that are not here say nothing about the text (password, binary) or nothing that is known."""
