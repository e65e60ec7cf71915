"""The files of a generated project, and writing them into a folder.

`files` is a pure function of the contract: the same contract gives the same bytes. `write` is the only part that
touches a disk; it never removes anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockgen.writing import documents, handlers, tables
from mockgen.writing.scope import left_out, profile, scoped
from mockgen.writing.scorers import result_functions
from mockgen.writing.shaking import shaken
from mockgen.writing.templates import Filling, filled, template
from specs.constraints import enforced
from specs.contract import Contract, Operation, Scorer
from specs.wire.protocol import is_json

MODULES = (
    *("__init__", "__main__", "app", "operations", "actions", "documents", "filling", "lifecycle", "pace", "listing"),
    *("results", "scoring", "tables", "validation", "errors", "store", "seeds", "messages", "pointers", "json_text"),
)
"""Modules that every kind of project has, as far as something in it uses them; `wire` and `auth` come in variants."""
ROLES = {
    "operations": "what each operation does; start here",
    "lifecycle": "the states of jobs: transition tables, and how they are walked",
    "documents": "what each resource shows: one row a member",
    "results": "what predictions look like",
    "scoring": "the predictions themselves: put your model here",
    "tables": "input and output tables of batch jobs",
    "seeds": "what exists before the first request",
    "errors": "every error, and which one answers what",
    "listing": "filters, order and pages",
    "actions": "the steps that operations are made of",
    "filling": "the ways to fill a member of a document",
    "pace": "how fast jobs move",
    "store": "what the server remembers",
    "validation": "checks calls against `schemas/`",
    "auth": "who may call",
    "wire": "how calls and answers travel",
    "app": "the server itself: limits, order of the checks",
}
NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")


def write(contract: Contract, folder: Path, *, name: str = "", force: bool = False) -> list[Path]:
    """Writes the project of a contract; the answer are its files.

    Raises ValueError for a name that cannot be a Python package's, and for a folder that is not empty (unless `force`:
    then the generated files are overwritten and every other one is left alone), OSError when writing fails.
    """
    found = files(contract, name)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file: name a folder that is empty or does not exist")
    if folder.exists() and any(folder.iterdir()) and not force:
        raise ValueError(f"{folder} is not empty: choose another folder, or overwrite what is generated with --force")
    for path, text in found.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode("utf-8"))
    return [folder / path for path in found]


def files(contract: Contract, name: str = "") -> dict[str, str]:
    """Path -> text of every file of the project. Raises ValueError for a name that cannot be a Python package's."""
    name = name or contract.vendor
    if not NAME.fullmatch(name):
        raise ValueError(f"name {name!r}: it names a Python package, so it has small letters, digits and underscores")
    package = f"{name}_server"
    lacking, declared = left_out(contract), profile(contract)
    contract = scoped(contract)
    partial = frozenset(("partial",)) if lacking else frozenset()
    words = {**_words(contract, name), "lacking": ", ".join(f"`{feature}`" for feature in lacking)}
    filling = Filling(flags(contract) | partial, words, _blocks(contract))
    modules = {module: filled(template(f"{module}.py"), filling) for module in MODULES}
    modules["wire"] = filled(template(f"wire_{contract.wire}.py"), filling)
    if contract.auth.scheme != "none":
        scheme = "sigv4" if contract.auth.scheme == "sigv4" else "token"
        modules["auth"] = filled(template(f"auth_{scheme}.py"), filling)
    needed = shaken(package, modules, {"__init__", "__main__"})
    rows = [f"| `{package}/{module}.py` | {text} |" for module, text in ROLES.items() if module in needed]
    blocks = {"FILES": "\n".join((*rows, f"| `{package}/schemas/` | the rules that each call has to keep |"))}
    shown = Filling(filling.flags, filling.words, blocks)
    return {
        "README.md": filled(template("README.md"), shown),
        "pyproject.toml": filled(template("pyproject.toml"), filling),
        **{f"{package}/{module}.py": needed[module] for module in sorted(needed)},
        **{f"{package}/schemas/{name}.json": text for name, text in schemas(contract).items()},
        "tests/test_conformance.py": filled(template("test_conformance.py"), filling),
        **({"profile.yaml": declared} if declared else {}),
    }


def flags(contract: Contract) -> frozenset[str]:
    """What this vendor's server needs, for the conditions in the templates."""
    lives = contract.lifecycles.values()
    operations = contract.operations.values()
    rules = [rule for life in lives for rule in life.fields]
    parameters = [row for operation in operations for row in operation.parameters]
    has_tables = tables.result_tables(contract) is not None
    shown = json.dumps([dict(scorer.results) for scorer in contract.scorers.values()])
    has_headers = any(row.location == "header" for row in parameters)
    has_nulls = any(documents.must_show_null(contract, life, rule) for life in lives for rule in life.fields)
    slash = contract.wire_options.get("trailing_slash") == "either"
    holds = {
        "aws": contract.wire == "aws_json",
        "rest": contract.wire != "aws_json",
        "jobs": bool(tables.jobs(contract)),
        "creates": bool(tables.jobs(contract)),
        "sets": any(command.sets for life in lives for command in life.commands.values()),
        "upload": bool(tables.uploads(contract)),
        "no_upload": not tables.uploads(contract),
        "failing": any(life.failing_request for life in lives),
        "trained": bool(_trained(contract)),
        "not_trained": not _trained(contract),
        "spellings": any(life.spellings for life in lives),
        "no_spellings": not any(life.spellings for life in lives),
        "absent": any(life.absent is not None for life in lives),
        "parts": bool(tables.parts(contract)),
        "fields": any(rules),
        "no_fields": not any(rules),
        "null_until": any(rule.null_until for rule in rules),
        "or_null": has_nulls,
        "no_or_null": not has_nulls,
        "token_paging": any(_pages_by(life.listed_by, "token") for life in lives),
        "has_auth": contract.auth.scheme != "none",
        "open_operations": contract.auth.scheme != "none" and not all(row.authenticated for row in operations),
        "closed_operations": contract.auth.scheme != "none" and all(row.authenticated for row in operations),
        "error_media_type": any(error.media_type for error in contract.errors.values()),
        "has_parameters": bool(parameters),
        "header_parameters": has_headers,
        "no_header_parameters": not has_headers,
        "either_slash": slash,
        "exact_slash": not slash,
        "scores_values": has_tables or '"value"' in shown,
        "scores_classes": has_tables or "label" in shown or '"scores"' in shown,
        "scores_vector": '"vector"' in shown,
    }
    return frozenset(name for name, does in holds.items() if does)


def schemas(contract: Contract) -> dict[str, str]:
    """Operation -> its rules as JSON, for those that take anything."""
    found = {operation.id: _rules(operation) for operation in contract.operations.values()}
    return {name: json.dumps(rules, indent=2, ensure_ascii=False) + "\n" for name, rules in found.items() if rules}


def _rules(operation: Operation) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    if operation.parameters:
        rules["parameters"] = [
            {"name": row.name, "in": row.location, "required": row.required, "schema": _plain(enforced(row.schema))}
            for row in operation.parameters
        ]
    schema = operation.request_schema
    if schema and is_json(next(iter(operation.request))):
        rules["body"] = _plain(enforced(schema))
    return rules


def _plain(schema: Any) -> Any:
    """A schema without our own keywords; members of `properties` keep whatever name they have."""
    if isinstance(schema, list | tuple):
        return [_plain(member) for member in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {}
    for key, value in schema.items():
        if key in ("properties", "dependentRequired", "patternProperties"):
            found[key] = {name: _plain(member) for name, member in value.items()}
        elif not key.startswith("x-"):
            found[key] = value if key in ("enum", "const", "examples", "default") else _plain(value)
    return found


def _pages_by(listing: Any, style: str) -> bool:
    return listing is not None and listing.paging is not None and listing.paging.style == style


def _blocks(contract: Contract) -> dict[str, str]:
    return {
        "ERRORS": tables.errors(contract),
        "SITUATIONS": tables.situations(contract),
        "NOT_FOUND": tables.not_found(contract),
        "SEEDS": tables.seeds(contract),
        "LIFECYCLES": tables.lives(contract),
        "AWAITS_UPLOAD": tables.awaits_upload(contract),
        "FAILS": tables.fails(contract),
        "TABLES": tables.columns(contract),
        "SAMPLE": tables.sample(contract),
        "TOKEN": tables.token(contract),
        "KEYS": tables.keys(),
        "LOGS": documents.logs(contract),
        "DOCUMENTS": documents.documents(contract),
        "ABSENT": documents.absent(contract),
        "RESULTS": result_functions(contract),
        "HANDLERS": handlers.handlers(contract),
        "OPERATIONS": handlers.table(contract),
    }


def _trained(contract: Contract) -> tuple[Scorer, ...]:
    """The scorers whose models clients can make."""
    rows = contract.scorers.values()
    made = (row for row in rows if row.resource in contract.lifecycles and contract.lifecycles[row.resource].created_by)
    return tuple(made)


def _words(contract: Contract, name: str) -> dict[str, str]:
    """The words of the inline places."""
    given = flags(contract)
    worlds = [("seed", "int"), ("pace", "Pace"), ("authenticates", "bool")]
    kept = [row for row in worlds if row[0] == "seed" or {"pace": "jobs", "authenticates": "has_auth"}[row[0]] in given]
    main = {"seed": "given.seed", "pace": "pace_from_text(given.pace)", "authenticates": "not given.no_auth"}
    parts = {"value": "values", "label, scores, positive, threshold": "classes", "vector": "vector"}
    return {
        "package": f"{name}_server",
        "distribution": f"{name.replace('_', '-')}-server",
        "vendor": contract.vendor,
        "kind_of": next((row.kind_of for row in _trained(contract)), ""),
        "threshold": next((row.threshold for row in _trained(contract)), ""),
        "title": contract.title,
        "versions": ", ".join(contract.versions),
        "base_path": contract.base_path,
        "world_parameters": ", ".join(f"{word}: {kind}" for word, kind in kept),
        "world_arguments": ", ".join(word for word, _ in kept),
        "main_arguments": ", ".join(main[word] for word, _ in kept),
        "prediction_arguments": ", ".join(words for words, part in parts.items() if f"scores_{part}" in given),
        "token_words": ", and the tokens of lists" if "token_paging" in given else "",
        "waiting_words": ", and while its input is missing" if "upload" in given else "",
        "part_words": ", and of the parts that its document embeds" if "parts" in given else "",
        "parameter_words": "; parameters come before the body" if "has_parameters" in given else "",
        "auth_words": AUTH_WORDS[contract.auth.scheme],
        "limits_words": LIMITS_FILES if contract.outputs and tables.result_tables(contract) is None else LIMITS,
        "command": f"mockgen write {contract.vendor} .{'' if name == contract.vendor else f' --name {name}'} --force",
    }


AUTH_WORDS = {
    "none": "",
    "bearer": " Calls need the token in `auth.py`.",
    "api_key": " Calls need the key in `auth.py`.",
    "sigv4": " Calls have to be signed with the key pair in `auth.py`.",
}
LIMITS = "Everything is kept in memory and is gone when the server stops."
LIMITS_FILES = f"{LIMITS}\nJobs neither read their input files nor leave output files: only their states are imitated."
