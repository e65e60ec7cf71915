"""What is required: vendors' documents as data, and the only reader of that data.

`load` turns one folder into one frozen `Contract`; everything else in this project starts from there.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specs.contract import Contract
    from specs.loading import load, vendors
    from specs.source_file import Complaint, SpecError

__all__ = ["Complaint", "Contract", "SpecError", "load", "vendors"]

_HOMES = {
    "Complaint": "source_file",
    "Contract": "contract",
    "SpecError": "source_file",
    "load": "loading",
    "vendors": "loading",
}


def __getattr__(name: str) -> Any:
    # Readers of YAML and schemas are loaded with the first name that needs them: who only wants a value waits for none.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
