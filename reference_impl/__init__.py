"""A server that really does the work: trains, scores, stores, and answers for every vendor on one port.

The suite needs a server whose answers are true, not imitated: this one is slow and small, and right. Use it from the
command line (`reference-impl serve`), as a fixture (`with running() as server`), or in process (`create_app`).
"""

from reference_impl.house import create_app
from reference_impl.running import Server, running
from reference_impl.settings import Settings

__all__ = ["Server", "Settings", "create_app", "running"]
