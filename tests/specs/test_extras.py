"""A missing library is told as the extra that brings it."""

from __future__ import annotations

import pytest

from specs.extras import advice


def test_the_extra_is_named() -> None:
    """One sentence has the library and the command that installs it, for a part of a library too."""
    expected = "this needs aiohttp, which is not installed: pip install 'prediction-conformance[mock]'"
    assert expected == advice(ModuleNotFoundError(name="aiohttp"), "mock")
    assert expected == advice(ModuleNotFoundError(name="aiohttp.web"), "mock")


def test_a_library_that_few_want_has_an_extra_of_its_own() -> None:
    """Whoever asked for the Schemathesis layer is not told to install the extra that lacks it."""
    assert advice(ModuleNotFoundError(name="schemathesis"), "conformance").endswith("[schemathesis]'")


@pytest.mark.parametrize("name", ["mockgen.engine", "specs", None])
def test_a_module_of_ours_is_not_to_be_installed(name: str | None) -> None:
    """A module of ours that is missing stays an error: no extra brings it."""
    with pytest.raises(ModuleNotFoundError):
        advice(ModuleNotFoundError(name=name), "mock")
