"""What to install when a command meets a library that is not there.

The distribution installs light: a command that serves or judges needs an extra. Whoever left it out is told which one,
in one line; a module of ours that is missing is no matter of extras, and stays an error.
"""

from __future__ import annotations

DISTRIBUTION = "prediction-conformance"
_OWN_EXTRA = frozenset({"schemathesis"})
"""Libraries that have an extra of their own name, because few commands want them."""
_OURS = ("specs", "conformance", "mockgen", "reference_impl")


def advice(problem: ModuleNotFoundError, extra: str) -> str:
    """One sentence that names the missing library and the extra that brings it. Raises `problem` for one of ours."""
    library = (problem.name or "").partition(".")[0]
    if not library or library in _OURS:
        raise problem
    wanted = library if library in _OWN_EXTRA else extra
    return f"this needs {library}, which is not installed: pip install '{DISTRIBUTION}[{wanted}]'"
