"""The command line answers mistakes with one sentence and status 2."""

from __future__ import annotations

import pytest

from mockgen.__main__ import main
from mockgen.faults.table import BENIGN, FAULTS


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["serve", "spise"], "spice"),
        (["serve", "spice", "--pace", "quick"], "Kinds"),
        (["serve", "spice", "--fault", "relaxed"], "did you mean 'relax'"),
        (["serve", "spice", "--fault", "zzz"], "there is no fault 'zzz'; `mockgen faults` lists them"),
        (["serve", "spice", "--host", "192.0.2.1"], "cannot serve on 192.0.2.1:0: cannot assign"),
        (["serve", "spice", "--objects", "/dev/null/objects"], "/dev/null/objects"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name, an address or a folder that cannot be used ends with status 2, one sentence and no traceback; a misspelt
    name is told the nearest right one."""
    assert 2 == main(arguments)
    problem = capsys.readouterr().err
    assert complaint in problem
    assert "Traceback" not in problem


@pytest.mark.parametrize("port", ["-1", "65536", "many"])
def test_a_port_that_is_none_is_a_usage_error(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A port beyond 0 to 65535 is refused with status 2 before anything starts."""
    with pytest.raises(SystemExit) as raised:
        main(["serve", "spice", "--port", port])
    assert 2 == raised.value.code
    assert f"mockgen serve: --port takes a port, 0 to 65535, not {port!r}\n" == capsys.readouterr().err


def test_every_fault_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`faults` tells how each fault and each benign variant is written, and what it does."""
    assert 0 == main(["faults"])
    lines = capsys.readouterr().out.splitlines()
    told = dict(zip(lines[::2], lines[1::2], strict=True))
    assert {*FAULTS, *BENIGN} == {line.split()[1].partition(":")[0] for line in told}
    assert f"        {FAULTS['relax'].sentence}" == told["fault   relax:constraint=..."]
    assert "benign  late_visibility:resource=...,[n=...]" in told
