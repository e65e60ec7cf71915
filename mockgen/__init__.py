"""Imitations of vendors' APIs, made of nothing but their contracts.

`running` serves one for the length of a `with` block, `create_app` makes an application for tests in process, and
`mockgen serve` and `mockgen write` do the same from a command line.
"""

from mockgen.running import Mock, running
from mockgen.server import create_app
from mockgen.settings import Settings

__all__ = ["Mock", "Settings", "create_app", "running"]
