"""The wheel carries everything: built from the checkout, installed elsewhere, it loads, lists, imitates and judges.

Data files that are missing from a wheel are noticed by users only, because every test of the checkout finds them. The
new environment borrows the dependencies of this one by a path file, so that nothing has to be fetched.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import specs

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("specs", "conformance", "mockgen", "reference_impl")
LIMIT_S = 120
LOAD_ALL = """
import specs
print(specs.__file__)
for vendor in specs.vendors():
    print(vendor, len(specs.load(vendor).requirements))
"""
JUDGE_MOCK = """
import sys
import mockgen
from conformance.__main__ import main
with mockgen.running("spice", seed=7) as mock:
    sys.exit(main(["run", "spice", "--target", mock.url, "--seed", "7", "--report", "out"]))
"""


def checked(*command: str | Path, folder: Path, environment: dict[str, str] | None = None) -> str:
    """Standard output of a command that has to succeed; its standard error is the message when it does not."""
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout into a folder elsewhere."""
    folder = tmp_path_factory.mktemp("wheel")
    checked(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, folder=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def run(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Runs a command of a new environment that has the wheel, in an empty folder; answers its output."""
    home = tmp_path_factory.mktemp("elsewhere")
    environment = home / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    scripts, place = environment / "bin", {"base": str(environment), "platbase": str(environment)}
    library = Path(sysconfig.get_path("purelib", "venv", vars=place))
    (library / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = (sys.executable, "-m", "pip", "--python", str(scripts / "python"))
    checked(*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel), folder=home)
    variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | {"HOME": str(home)}

    def run_command(name: str, *arguments: str) -> str:
        return checked(scripts / name, *arguments, folder=home, environment=variables)

    return run_command


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    """Modules, vendor folders, schemas, templates and type markers are all in the wheel, and nothing else of ours."""
    kept = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert kept == packed


def test_contracts_load_from_the_installed_wheel(run: Callable[..., str]) -> None:
    """Every vendor's contract loads, from the installed files, with as many requirements as in the checkout."""
    place, *rows = run("python", "-c", LOAD_ALL).splitlines()
    assert not Path(place).is_relative_to(ROOT)
    assert [f"{vendor} {len(specs.load(vendor).requirements)}" for vendor in specs.vendors()] == rows


def test_commands_are_installed(run: Callable[..., str]) -> None:
    """Each of the four commands starts and explains itself; the lists of specs and conformance know the vendors."""
    for command in ("specs", "conformance", "mockgen", "reference-impl"):
        assert run(command, "--help").startswith("usage")
    assert all(vendor in run("specs", "list") for vendor in specs.vendors())
    assert "spice." in run("conformance", "list", "spice")


def test_the_installed_suite_judges_the_installed_mock(run: Callable[..., str]) -> None:
    """Outside of the checkout, the suite runs against the mock, and the mock conforms."""
    run("python", "-c", JUDGE_MOCK)
