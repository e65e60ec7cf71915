"""Names of a model, cut into words and joined in another way.

Folders, fixtures and resources are named in lower case with underscores, whatever the model's own taste; one place
knows where a word begins, so that `MLModelId`, `mlModelId` and `ml-model-id` become the same name.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(name: str) -> list[str]:
    """The words of a name in lower case: `MLModelId` has ml, model, id."""
    return [word.lower() for word in _WORD.findall(name)]


def snake(name: str) -> str:
    """`MLModelId` as `ml_model_id`."""
    return "_".join(words(name))


def kebab(name: str) -> str:
    """`MLModelId` as `ml-model-id`."""
    return "-".join(words(name))


def spaced(name: str) -> str:
    """`MLModelId` as `ml model id`."""
    return " ".join(words(name))


def error_class(name: str) -> str:
    """`ResourceNotFoundException` as `resource_not_found`."""
    return snake(re.sub(r"(Exception|Error|Fault)$", "", name)) or snake(name)


def vendor_name(text: str) -> str:
    """A name that a vendor's folder may have; empty when the text has no letter."""
    return re.sub(r"^[^a-z]+", "", re.sub(r"[^a-z0-9]+", "_", text.lower())).strip("_")


def plurals(name: str) -> tuple[str, ...]:
    """The plural forms of a noun that lists are named with."""
    return (f"{name}s", f"{name}es", f"{name[:-1]}ies", name) if name.endswith("y") else (f"{name}s", f"{name}es", name)
