"""What a run knows about its target: where it is, how to log in, what it has, and how gently to treat it.

A profile is one YAML file, checked against `specs/meta/profile.json`. Credentials are named, never written: a profile
says which environment variable holds a secret. A target on this machine needs no profile at all.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance.plan import Mode
from conformance.reports.waiver import Waiver, unknown_waivers, waivers_from
from specs.auth import LOCAL, Credentials
from specs.contract import Contract
from specs.source_file import Complaint, SpecError, nearest, read, shape_complaints
from specs.versions import in_range

ENVIRONMENT: Mapping[str, str] = {
    "token": "CONFORMANCE_TOKEN",
    "access_key": "AWS_ACCESS_KEY_ID",
    "secret_key": "AWS_SECRET_ACCESS_KEY",
    "session_token": "AWS_SESSION_TOKEN",
}
"""Where a secret is looked up when a profile names no variable of its own."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "bearer": ("token",),
    "api_key": ("token",),
    "sigv4": ("access_key", "secret_key"),
}
"""Scheme of a contract -> the credentials that it cannot do without."""


@dataclass(frozen=True)
class Limits:
    """How much a run may ask of its target. Times in seconds, sizes in bytes."""

    concurrency: int = 8
    requests_per_second: float = 0.0
    """0: as fast as answers come."""
    requests_max: int = 20_000
    jobs_max: int = 0
    """How many jobs a run may make; 0: as many as its plan has."""
    run_s: float = 900.0
    request_timeout_s: float = 10.0
    response_bytes_max: int = 16 * 1024 * 1024
    patience_s: float = 60.0
    """How long one job may take to reach the state that a step waits for."""
    poll_interval_s: float = 0.02
    """The first pause between two reads of a job; pauses grow to a hundred times of it, 2 s at most."""
    pages_max: int = 200
    throttled_wait_s: float = 30.0
    """How long a run waits for a throttling target, in all."""


@dataclass(frozen=True)
class Profile:
    """A target. `features` None means that every feature of the contract is declared that the target's version has."""

    url: str
    credentials: Credentials = LOCAL
    mode: Mode = Mode.destroy
    fixtures: Mapping[str, Any] = field(default_factory=dict)
    features: frozenset[str] | None = None
    version: str = ""
    outdated: Mapping[str, str] = field(default_factory=dict)
    """Features that the target's version does not have, each with the range of those that do."""
    object_store: Path | None = None
    limits: Limits = Limits()
    waivers: tuple[Waiver, ...] = ()
    clean_up: bool = False
    """Whether a run takes away at its end what it has made, and keeps back what that costs of its budgets."""

    def has(self, feature: str) -> bool:
        """Whether a feature is declared: by name, or, where the profile names none, by the target's version."""
        return feature not in self.outdated if self.features is None else feature in self.features

    def lack(self, features: Iterable[str]) -> str:
        """Why a target is not asked for what needs these features; empty when it has them all."""
        missing = [feature for feature in features if not self.has(feature)]
        late = [f"{feature} (versions {self.outdated[feature]})" for feature in missing if feature in self.outdated]
        if self.features is None and late:
            return f"version {self.version} of the target does not have {', '.join(late)}"
        return f"the profile does not declare {', '.join(missing)}" if missing else ""


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine by name or address."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def profile_for(
    contract: Contract, url: str | None, file: Path | None, environment: Mapping[str, str], mode: str | None = None
) -> Profile:
    """The profile of a run. Raises SpecError for a file that does not fit, and for a URL that is none."""
    data = _written(contract, file, environment) if file else {}
    name = file.name if file and not url else "URL"
    target = url or data.get("url", "")
    if not _is_url(target):
        raise SpecError([Complaint(name, 0, "target", _no_url(target))])
    local = is_loopback(target)
    features, version = data.get("features"), data.get("version", "")
    versions = contract.feature_versions.items() if version else ()
    outdated = {feature: row for feature, row in versions if not in_range(version, row)}
    return Profile(
        url=target.rstrip("/"),
        credentials=_credentials(data.get("credentials"), environment, local),
        mode=Mode[mode or data.get("mode") or ("destroy" if local else "read")],
        fixtures={key: row.value for key, row in contract.fixtures.items()} | data.get("fixtures", {}),
        features=_declared(contract, features, outdated),
        version=version,
        outdated=outdated,
        object_store=Path(data["object_store"]).expanduser() if "object_store" in data else None,
        limits=replace(Limits(), **data.get("limits", {})),
        waivers=waivers_from(data.get("waivers", [])),
        clean_up=bool(data.get("clean_up", True)),
    )


def _declared(contract: Contract, written: Mapping[str, bool] | None, outdated: Iterable[str]) -> frozenset[str] | None:
    """The features of a target, None for all that its version has: those that are true, or, where none is, all of its
    version but those that are false."""
    if not written:
        return None if written is None else frozenset()
    named = frozenset(key for key, on in written.items() if on)
    return named or frozenset(contract.features) - set(written) - set(outdated)


def variant_of(file: Path) -> str:
    """The variant that a profile names, before its contract is known; empty without one. Raises SpecError for a file
    that cannot be read, and for a name that is none."""
    data = read(file, str(file)).data
    named = data.get("variant", "") if isinstance(data, dict) else ""
    if not isinstance(named, str):
        raise SpecError([Complaint(str(file), 0, "shape", f"variant must be a name, not {named!r}")])
    return named


def _written(contract: Contract, file: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """The data of a profile file. Raises SpecError with everything that does not fit."""
    source = read(file, str(file))
    complaints = list(shape_complaints(source, "profile"))
    if not complaints:
        complaints += unknown_waivers(source, contract, "waivers")
    data: dict[str, Any] = source.data if isinstance(source.data, dict) else {}
    for kind, known in (("fixtures", contract.fixtures), ("features", contract.features)):
        complaints += [
            source.complaint("unknown", f"unknown {kind[:-1]} {key!r}{nearest(key, known)}", kind, key)
            for key in _names(data, kind)
            if key not in known
        ]
    for part in _names(data, "credentials"):
        variable = data["credentials"][part]
        if part in PARTS[contract.auth.scheme] and isinstance(variable, str) and not environment.get(variable):
            text = f"the environment variable {variable!r}, which holds the {part}, is not set"
            complaints.append(source.complaint("credentials", text, "credentials", part))
    if complaints:
        raise SpecError(complaints)
    return data


def _names(data: Mapping[str, Any], kind: str) -> list[str]:
    """The keys of one part of a profile; none where the part is no mapping, which its schema complains about."""
    part = data.get(kind)
    return list(part) if isinstance(part, dict) else []


def _no_url(text: str) -> str:
    """What is wrong with a target, and what was probably meant."""
    shown = text
    if "@" in text:
        # What stands before the @ may be a password, and this goes to terminals and logs.
        shown = re.sub(r"^([^/]*//)?.*@", r"\1...@", text, flags=re.DOTALL)
        hint = ": a user name has no place in it, credentials are named in a profile"
    elif not text:
        hint = ": say --target URL, or `url:` in the profile"
    else:
        hint = f"; did you mean 'http://{text}'?" if _is_url(f"http://{text}") and "://" not in text else ""
    return f"the target must be an http:// or https:// URL, not {shown!r}{hint}"


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:  # an address or a port that is none
        return False
    return parts.scheme in ("http", "https") and named and text.isprintable() and " " not in text


def _credentials(names: Mapping[str, str] | None, environment: Mapping[str, str], local: bool) -> Credentials:
    if names is None and local:
        return LOCAL
    found = {part: environment.get((names or {}).get(part, default), "") for part, default in ENVIRONMENT.items()}
    return Credentials(**found)
