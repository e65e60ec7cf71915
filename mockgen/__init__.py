"""Imitations of vendors' APIs, made of nothing but their contracts.

`running` serves one for the length of a `with` block, `create_app` makes an application for tests in process, and
`mockgen serve` and `mockgen write` do the same from a command line.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockgen.fixture import Mock, running
    from mockgen.server import create_app
    from mockgen.settings import Settings

__all__ = ["Mock", "Settings", "create_app", "running"]

_HOMES = {"Mock": "fixture", "Settings": "settings", "create_app": "server", "running": "fixture"}


def __getattr__(name: str) -> Any:
    # The HTTP server is loaded with the first name that needs it: the command line answers without, and fast.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
