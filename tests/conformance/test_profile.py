"""Profiles: what a run knows about its target, and how it says what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

import specs
from conformance.plan import Mode
from conformance.profile import profile_for
from specs.auth import LOCAL
from specs.source_file import SpecError

CONTRACT = specs.load("datarobot")


def written(folder: Path, text: str) -> Path:
    """A profile file with this text."""
    file = folder / "profile.yaml"
    file.write_text(text)
    return file


def test_a_local_target_needs_no_profile() -> None:
    """On loopback everything is allowed and the embedded credentials are used."""
    profile = profile_for(CONTRACT, "http://127.0.0.1:8080/", None, {})

    assert ("http://127.0.0.1:8080", LOCAL, Mode.destroy) == (profile.url, profile.credentials, profile.mode)


def test_a_remote_target_is_only_read() -> None:
    """Elsewhere the default mode makes nothing, and secrets come from the environment."""
    profile = profile_for(CONTRACT, "https://prediction.example", None, {"CONFORMANCE_TOKEN": "s3cret"})

    assert Mode.read == profile.mode
    assert "s3cret" == profile.credentials.token
    assert "s3cret" not in repr(profile)


def test_a_profile_names_its_own_variables_and_values(tmp_path: Path) -> None:
    """Fixtures of a profile replace the contract's; the rest stays."""
    file = written(
        tmp_path,
        "url: http://localhost:1\ncredentials: {token: MY_TOKEN}\nfixtures: {dataset: abc}\nlimits: {patience_s: 5}\n",
    )

    profile = profile_for(CONTRACT, None, file, {"MY_TOKEN": "mine"})

    assert ("mine", "abc", 5) == (profile.credentials.token, profile.fixtures["dataset"], profile.limits.patience_s)
    assert CONTRACT.fixtures["deployment_binary"].value == profile.fixtures["deployment_binary"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("url: http://localhost:1\nfixtres: {}\n", "2: unknown: unknown key 'fixtres'; did you mean 'fixtures'?"),
        ("url: http://localhost:1\nfixtures: {datset: a}\n", "unknown fixture 'datset'; did you mean 'dataset'?"),
        ("url: http://localhost:1\nmode: everything\n", "2: shape: mode:"),
        ("url: localhost:1\n", "must be an http:// or https:// URL, not 'localhost:1'"),
        ("url: [\n", "yaml:"),
        ("", "the file: it is empty"),
        ("- url\n", "1: shape: the file:"),
        ("url: http://localhost:1\nfixtures: 5\n", "2: shape: fixtures: 5 is not of type"),
        (
            "credentials: {token: NOT_SET}\n",
            "1: credentials: the environment variable 'NOT_SET', which holds the token",
        ),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    """A misspelt key, a wrong value, an unset variable and a URL that is none are one clear complaint each."""
    with pytest.raises(specs.SpecError) as problem:
        profile_for(CONTRACT, None, written(tmp_path, text), {})

    assert complaint in str(problem.value)


SPICE = specs.load("spice")


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (True, ""),
        (True, 'version: "2.1.3"'),
        (False, 'version: "2.2"'),
        (True, 'version: "2.2"\nfeatures: {predict: true}'),
        (False, 'version: "2.1"\nfeatures: {components: true}'),
        (True, "features: {components: false}"),
        (False, "features: {predict: false}"),
        (False, 'version: "2.2"\nfeatures: {components: false}'),
    ],
)
def test_a_version_says_what_a_target_does_not_have(tmp_path: Path, expected: bool, text: str) -> None:
    """A feature that the target's version does not have is not declared, unless the profile lists it by name; a profile
    that only says what a target lacks declares the rest."""
    file = written(tmp_path, f"url: http://127.0.0.1:1\n{text}\n")
    assert expected == profile_for(SPICE, None, file, {}).has("predict")


def test_a_version_is_a_reason(tmp_path: Path) -> None:
    """What is not asked says why: the version, or the profile."""
    late = profile_for(SPICE, None, written(tmp_path, 'url: http://127.0.0.1:1\nversion: "2.2"\n'), {})
    assert "version 2.2 of the target does not have predict (versions <=2.1)" == late.lack(("predict",))
    assert "" == late.lack(("components",))
    bare = profile_for(SPICE, None, written(tmp_path, "url: http://127.0.0.1:1\nfeatures: {}\n"), {})
    assert "the profile does not declare predict" == bare.lack(("predict",))


def test_a_version_is_a_text_that_begins_with_numbers(tmp_path: Path) -> None:
    """A version without quotes would lose its last zero, and a word cannot be compared: both are complaints."""
    for wrong in ("2.10", "latest"):
        with pytest.raises(SpecError, match="version"):
            profile_for(SPICE, None, written(tmp_path, f"url: http://127.0.0.1:1\nversion: {wrong}\n"), {})


@pytest.mark.parametrize("url", ["http://user:hunter2@x", "user:hunter2@x", "http://a:b@hunter2@x/"])
def test_a_password_in_a_url_is_refused_and_not_repeated(url: str) -> None:
    """A user name has no place in an address, and nothing of what stands there is shown."""
    with pytest.raises(SpecError, match="a user name has no place in it") as told:
        profile_for(CONTRACT, url, None, {})
    assert "hunter2" not in str(told.value)
    assert "user" not in str(told.value).replace("a user name", "")
