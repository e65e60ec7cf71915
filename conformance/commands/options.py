"""The words of the command line: every command with its options, and what each of them means.

They are read without anything that sends or judges, so that help and mistakes cost no start-up.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.plan import LAYERS, Mode
from specs.command_line import amount, count, port

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

STRENGTHS = ("must", "should", "info")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; `command` of what it reads names the command."""
    found = argparse.ArgumentParser(
        prog="conformance",
        description="Judges a server by the documented contract of a vendor's API, requirement by requirement.",
        epilog="Exit status: 0 conforms, 1 does not, 2 wrong command or file, 3 nothing could be judged, or jobs go "
        "on, 130 interrupted.",
    )
    commands = found.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="judge a server"))
    _add_judge(commands.add_parser("judge", help="judge recorded traffic, sending nothing"))
    _add_proxy(commands.add_parser("proxy", help="forward a client's requests and judge them"))
    listing = commands.add_parser("list", help="list requirements")
    listing.add_argument("vendor", nargs="?", metavar="VENDOR", help="a vendor's name or folder; default: all vendors")
    listing.add_argument("--strength", choices=STRENGTHS, help="only requirements of one strength")
    explaining = commands.add_parser("explain", help="say all about one requirement")
    explaining.add_argument("id", metavar="ID")
    explaining.add_argument("--vendor", metavar="VENDOR", help="the name or folder whose requirement is meant")
    again = commands.add_parser("replay", help="judge one case of an earlier run again")
    again.add_argument("file", type=Path, metavar="FILE", help="a file that `run --report DIR` wrote into DIR/cases")
    _add_target(again)
    _add_reports(commands)
    _add_upkeep(commands)
    return found


def _add_reports(commands: Commands) -> None:
    """What reads reports."""
    comparing = commands.add_parser("compare", help="tell what changed between reports")
    comparing.add_argument(
        "reports",
        nargs="+",
        type=Path,
        metavar="REPORT",
        help="report.json or its folder: earlier ones, then the new one",
    )
    comparing.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    _add_pages(commands.add_parser("page", help="show a report as a web page"))
    _add_matrix(commands.add_parser("matrix", help="set reports side by side"))


def _add_upkeep(commands: Commands) -> None:
    """What is done before a run and after it."""
    planning = commands.add_parser("plan", help="say what a run would do, and send nothing")
    _add_scope(planning)
    _add_budgets(planning)
    reaping = commands.add_parser("reap", help="remove what a run has left on its target")
    reaping.add_argument("run", metavar="RUN", help="the folder of a run's report, its ledger, or its tag")
    _add_target(reaping)
    resuming = commands.add_parser("resume", help="go on with a run whose jobs had not ended")
    resuming.add_argument("run", metavar="RUN", help="the folder of a run's report, its journal, or its tag")
    resuming.add_argument("--profile", type=Path, metavar="FILE", help="the profile, when it has moved")
    resuming.add_argument("--quiet", action="store_true", help="no progress and no table")
    _add_budgets(resuming)


def _add_pages(command: argparse.ArgumentParser) -> None:
    command.add_argument("report", type=Path, metavar="REPORT", help="a report.json, or the folder that it is in")
    command.add_argument("out", type=Path, metavar="OUT", help="the HTML file to write")


def _add_matrix(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "reports", type=Path, nargs="+", metavar="REPORT", help="a report.json, or the folder that it is in"
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: standard output)")
    command.add_argument("--format", choices=("html", "markdown", "json"), default="html", help="default: html")


def _add_judge(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file", type=Path, metavar="FILE", help="a HAR file, of a browser, mitmproxy, Schemathesis ..."
    )
    command.add_argument("--base-url", metavar="URL", help="where the API is: judge the requests below this URL")
    command.add_argument("--host", metavar="HOST", help="judge the requests to this host (name or name:port)")
    command.add_argument("--quiet", action="store_true", help="no table")
    _add_traffic(command)


def _add_proxy(command: argparse.ArgumentParser) -> None:
    command.add_argument("--upstream", required=True, metavar="URL", help="the server that requests are forwarded to")
    command.add_argument("--port", type=port, default=0, metavar="N", help="listen there (default: a free port)")
    command.add_argument(
        "--host-header",
        choices=("client", "upstream"),
        help="whose name stands in the Host header (default: the client's where requests are signed or stay on this "
        "machine, else the server's)",
    )
    _add_traffic(command)


def _add_traffic(command: argparse.ArgumentParser) -> None:
    command.add_argument("--vendor", required=True, metavar="VENDOR", help="a vendor's name, or a folder of your own")
    command.add_argument("--alone", action="store_true", help="nobody else used the server meanwhile: judge more")
    command.add_argument("--profile", type=Path, metavar="FILE", help="what the server has (YAML)")
    _add_selection(command)


def _add_selection(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--only", action="append", default=[], metavar="ID", help="a requirement, or the start of its id"
    )
    command.add_argument("--strict", action="store_true", help="count a missed `should` as a failure")
    command.add_argument("--report", type=Path, metavar="DIR", help="write report.json, junit.xml and cases/ into DIR")


def _add_run(command: argparse.ArgumentParser) -> None:
    _add_scope(command)
    command.add_argument("--strict", action="store_true", help="count a missed `should` as a failure")
    command.add_argument(
        "--report", type=Path, metavar="DIR", help="write report.json, report.html, other formats and cases/ into DIR"
    )
    command.add_argument("--waivers", type=Path, metavar="FILE", help="known failures, each with owner and end (YAML)")
    command.add_argument("--ledger", type=Path, metavar="FILE", help="write down there what the run makes")
    command.add_argument("--keep", action="store_true", help="leave what the run has made where it is")
    command.add_argument("--quiet", action="store_true", help="no progress and no table")
    command.add_argument(
        "--with",
        action="append",
        default=[],
        dest="layers",
        choices=LAYERS,
        help="let this tool send requests as well, and judge their answers (slower)",
    )
    _add_budgets(command)


def _add_scope(command: argparse.ArgumentParser) -> None:
    command.add_argument("vendor", metavar="VENDOR", help="a vendor's name, or a folder of your own")
    _add_target(command)
    command.add_argument("--variant", metavar="NAME", help="a named variant of the contract (default: the profile's)")
    command.add_argument(
        "--only", action="append", default=[], metavar="ID", help="a requirement, or the start of its id"
    )
    command.add_argument("--seed", type=int, default=0, metavar="N", help="seed of everything drawn (default 0)")
    command.add_argument(
        "--mode",
        choices=tuple(Mode.__members__),
        help="how much the run may do: observe (valid calls that make nothing), read (also calls to be refused), "
        "create, or also destroy (default: destroy on this machine, read elsewhere)",
    )


def _add_budgets(command: argparse.ArgumentParser) -> None:
    for name, (option, kind, text) in BUDGETS.items():
        command.add_argument(option, dest=name, type=kind, metavar="N", help=text)


BUDGETS: Mapping[str, tuple[str, Callable[[str], float], str]] = {
    "requests_max": ("--requests", count, "send no more requests than this"),
    "jobs_max": ("--jobs", count, "make no more jobs than this"),
    "run_s": ("--seconds", amount, "take no longer than this"),
    "patience_s": ("--patience", amount, "wait so many seconds for one job; `resume` goes on"),
    "requests_per_second": ("--rate", amount, "send no more requests a second than this"),
}
"""Member of a profile's limits -> its option, its type and its help."""


def limits_of(options: argparse.Namespace) -> dict[str, float]:
    """The members of a profile's limits that the words name, with their values."""
    named = {name: getattr(options, name) for name in BUDGETS}
    return {name: value for name, value in named.items() if value is not None}


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("--target", metavar="URL", help="where the server is (default: the profile's url)")
    command.add_argument("--profile", type=Path, metavar="FILE", help="what the server has and how to log in (YAML)")
