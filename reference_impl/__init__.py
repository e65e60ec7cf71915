"""A server that really does the work: trains, scores, stores, and answers for every vendor on one port.

The suite needs a server whose answers are true, not imitated: this one is slow and small, and right. Use it from the
command line (`reference-impl serve`), as a fixture (`with running() as server`), or in process (`create_app`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reference_impl.fixture import Server, running
    from reference_impl.house import create_app
    from reference_impl.settings import Settings

__all__ = ["Server", "Settings", "create_app", "running"]

_HOMES = {"Server": "fixture", "Settings": "settings", "create_app": "house", "running": "fixture"}


def __getattr__(name: str) -> Any:
    # Servers and scorers are loaded with the first name that needs them: the command line answers without, and fast.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
