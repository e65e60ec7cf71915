"""How long the main things take on this machine: loading contracts, answering as a mock, judging a whole vendor,
scoring a table for real.

Speed is measured here and asserted nowhere, since a busy machine is not a broken program. `make bench` runs this and
prints one line a measurement; compare with an earlier run on the same machine.
"""

from __future__ import annotations

import http.client
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from urllib.parse import urlsplit

import mockgen
import reference_impl
import specs
from conformance.profile import profile_for
from conformance.run import Options, run

ROUNDS = 5
REQUESTS = 500
ROWS = (20_000, 200_000)
"""Side by side: seconds should follow the rows, memory should not."""
JOBS = "/api/v2/batchPredictions/"
JOB_LAYER = "datarobot.lifecycle.batch_prediction"
JOB_S, JOB_STEPS = 20, 2
"""With `--slow`: how long a job takes, in how many steps. All jobs together should take little more than two jobs."""
DEPLOYMENT = "5f0000000000000000000002"
COMMANDS = (
    ("import specs", ["-c", "import specs; specs.load"], 0.15),
    ("specs --help", ["-m", "specs", "--help"], 0.3),
    ("conformance --help", ["-m", "conformance", "--help"], 0.4),
    ("conformance list", ["-m", "conformance", "list"], 0.4),
)
"""Name, command of a fresh Python, and the CPU seconds that it may take. `specs` loads its reader with the first name
that needs it, so importing it is only measured with such a name."""
LOAD_BAR = 0.25
THROUGHPUT_BAR = 1000
LOADING = """
import sys, time
from specs import load
began = time.process_time()
load(sys.argv[1])
print(time.process_time() - began)
"""
ROW = "{:<44} {:>10.3f} s {:>12,.0f} {}"


def best_of(rounds: int, work: Callable[[], int]) -> tuple[float, int]:
    """The shortest of several rounds in seconds, and how many things the work did in it."""
    results = []
    for _ in range(rounds):
        start = time.perf_counter()
        count = work()
        results.append((time.perf_counter() - start, count))
    return min(results)


def show(name: str, measured: tuple[float, int], unit: str) -> None:
    """Print one measurement: seconds, and how many things a second."""
    seconds, count = measured
    print(ROW.format(name, seconds, count / seconds, f"{unit}/s"), flush=True)


def cpu_of(command: list[str]) -> float:
    """The least CPU time of several fresh processes, in seconds: user and system, start of Python included."""
    spent = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return min(spent)


def cpu_of_loading(vendor: str) -> float:
    """The least CPU time that loading a contract takes in a fresh process, where nothing is remembered yet."""
    command = [sys.executable, "-c", LOADING, vendor]
    return min(float(subprocess.check_output(command, text=True)) for _ in range(ROUNDS))


def show_bars() -> None:
    """Print what starting and loading costs, beside what it may cost."""
    measured = [(name, cpu_of(command), bar) for name, command, bar in COMMANDS]
    measured += [(f"load {vendor}", cpu_of_loading(vendor), LOAD_BAR) for vendor in specs.vendors()]
    for name, seconds, bar in measured:
        verdict = "" if seconds < bar else "  ABOVE THE BAR"
        print(f"{name:<44} {seconds:>10.3f} s CPU {bar:>8.2f} s at most{verdict}", flush=True)


def ask(url: str, path: str, times: int) -> int:
    """Send GET requests over one connection; how many were answered with 200."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    answered = 0
    for _ in range(times):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        answered += response.status == 200
    connection.close()
    return answered


def judge(vendor: str, url: str) -> int:
    """Run the whole suite; the number of requests that it sent."""
    contract = specs.load(vendor)
    profile = replace(profile_for(contract, url, None, {}), clean_up=False)
    return len(run(contract, profile, Options(seed=7)).history.exchanges)


@contextmanager
def served(vendor: str) -> Iterator[str]:
    """The address of a mock in a process of its own."""
    command = [sys.executable, "-m", "mockgen", "serve", vendor, "--seed", "7", "--pace", "immediate"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().rpartition(": ")[2].strip()
        finally:
            process.terminate()


def show_throughput() -> None:
    """Print how many exchanges the suite sends, signs and judges in a second of its own process's CPU time, from the
    plan to the last verdict."""
    for vendor in specs.vendors():
        with served(vendor) as url:
            began = time.process_time()
            count = judge(vendor, url)
            spent = time.process_time() - began
        verdict = "" if count / spent >= THROUGHPUT_BAR else "  BELOW THE BAR"
        rate = f"{count / spent:>8,.0f} exchanges per CPU s, {THROUGHPUT_BAR:,} at least{verdict}"
        print(f"{f'judge {vendor}':<44} {spent:>10.3f} s CPU {rate}", flush=True)


def judge_slow_jobs(url: str) -> int:
    """Judge one lifecycle on a target whose jobs take their time, and clean up; the number of jobs that it made."""
    contract = specs.load("datarobot")
    report = run(contract, profile_for(contract, url, None, {}), Options(seed=7, only=(JOB_LAYER,)))
    return sum(row.accepted and row.operation == "createBatchPrediction" for row in report.history.exchanges)


def score(url: str, rows: int) -> int:
    """Upload a table to the reference server and download the scored one while it grows; the number of its rows."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    kinds = {"json": {"Content-Type": "application/json"}, "csv": {"Content-Type": "text/csv"}}
    connection.request("POST", JOBS, json.dumps({"deploymentId": DEPLOYMENT}), kinds["json"])
    job = JOBS + json.loads(connection.getresponse().read())["id"] + "/"
    table = (f"{18 + row % 70},{20_000 + row % 70_000},{row % 5000}.25,north\n".encode() for row in range(rows))
    connection.request("PUT", job + "csvUpload/", chain([b"age,income,balance,region\n"], table), kinds["csv"])
    connection.getresponse().read()
    status = 0
    while status != 200:
        connection.request("GET", job + "download/")
        response = connection.getresponse()
        status = response.status
        lines = sum(piece.count(b"\n") for piece in iter(partial(response.read, 1 << 16), b""))
    connection.close()
    return lines - 1


def main() -> int:
    """Measure everything once, printing as it goes; with `--bars` only what has a bar."""
    show_bars()
    show_throughput()
    if "--bars" in sys.argv[1:]:
        return 0
    with mockgen.running("spice", seed=7) as mock:
        show("mock: GET /health", best_of(ROUNDS, partial(ask, mock.url, "/health", REQUESTS)), "requests")
    for vendor in specs.vendors():
        with mockgen.running(vendor, pace="immediate", seed=7) as mock:
            measured = best_of(1, partial(judge, vendor, mock.url))
        show(f"judge the mock of {vendor}", measured, "requests")
    if "--slow" in sys.argv:
        with mockgen.running("datarobot", pace=f"seconds:{JOB_S / JOB_STEPS:g}", seed=7) as mock:
            measured = best_of(1, partial(judge_slow_jobs, mock.url))
        show(f"judge {measured[1]} jobs of {JOB_S} s", measured, "jobs")
    with reference_impl.running(authenticate=False, step_delay_s=0.0) as server:
        for rows in ROWS:
            show(f"reference: score {rows:,} rows", best_of(1, partial(score, server.url, rows)), "rows")
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{'  peak memory of this process so far':<44} {peak:>10} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
