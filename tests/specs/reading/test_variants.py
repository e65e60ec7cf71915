"""Tests of variants: one file changes what it names and nothing else, and slips in it are told with its own lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import specs
from specs.__main__ import main
from specs.reading.variants import variants
from specs.source_file import SpecError

VARIED = [(vendor, name) for vendor in specs.vendors() for name in variants(specs.load(vendor).folder)]
HEAD = 'meaning: A gateway answers so.\nsource: "Manual, Gateways"\n'


def _complaints(folder: Path, name: str = "wrapped") -> list[str]:
    with pytest.raises(SpecError) as caught:
        specs.load(folder, name)
    return [str(row) for row in caught.value.complaints]


def _varied(changed: Callable[..., Path], text: str) -> Path:
    folder = changed()
    (folder / "variants").mkdir()
    (folder / "variants" / "wrapped.yaml").write_text(HEAD + text, "utf-8")
    return folder


def test_there_is_a_variant() -> None:
    """Amazon ML's envelope of gateways is a variant."""
    assert ("amazon_ml", "enveloped") in VARIED


@pytest.mark.parametrize(("vendor", "name"), VARIED)
def test_every_variant_loads(vendor: str, name: str) -> None:
    """Every variant is a contract of its own; the contract itself does not know of it."""
    contract, plain = specs.load(vendor, name), specs.load(vendor)
    assert (vendor, name, plain.folder) == (contract.vendor, contract.variant, contract.folder)
    assert ("", None) == (plain.variant, plain.envelope)
    assert set(plain.operations) == set(contract.operations)


def test_an_envelope_has_no_examples() -> None:
    """Golden exchanges are recorded without an envelope, so a contract with one has none."""
    assert specs.load("amazon_ml").examples
    assert () == specs.load("amazon_ml", "enveloped").examples


def test_an_envelope_leaves_the_rest_alone() -> None:
    """But for its own requirements and the created batch prediction, the enveloped contract requires the same."""
    plain, other = specs.load("amazon_ml"), specs.load("amazon_ml", "enveloped")
    differing = {
        key
        for key in {**plain.requirements, **other.requirements}
        if plain.requirements.get(key) != other.requirements.get(key)
    }
    own = ("amazon_ml.envelope.", "amazon_ml.CreateBatchPrediction.response.", "amazon_ml.lifecycle.batch_prediction.")
    assert [] == sorted(key for key in differing if not key.startswith(own))
    assert "variants/enveloped.yaml" == other.requirements["amazon_ml.envelope.success"].line.partition(":")[0]


def test_an_unknown_variant_is_refused_with_the_nearest_name() -> None:
    """A misspelt variant is refused with the right one, and a vendor without any says so."""
    with pytest.raises(SpecError, match="amazon_ml has no variant 'envelopped'; did you mean 'enveloped'"):
        specs.load("amazon_ml", "envelopped")
    with pytest.raises(SpecError, match=r"spice has no variant '\.\./x'; it has none"):
        specs.load("spice", "../x")


def test_show_tells_the_variants(capsys: pytest.CaptureFixture[str]) -> None:
    """`specs show` lists a contract's variants with their meaning, and shows the one that is asked for."""
    assert 0 == main(["show", "amazon_ml"])
    assert "variant      enveloped: A gateway wraps every answer" in capsys.readouterr().out
    assert 2 == main(["show", "amazon_ml", "amazon_ml.envelope.success"])
    assert 0 == main(["show", "amazon_ml", "amazon_ml.envelope.success", "--variant", "enveloped"])
    assert "A success has the member success" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("vendors: {}\n", "variants/wrapped.yaml:3: unknown: unknown key 'vendors'; did you mean 'vendor'?"),
        (
            "vendor:\n  titel: Parcels\n",
            "variants/wrapped.yaml:4: unknown: unknown key 'titel'; did you mean 'title'?",
        ),
        (
            "vendor:\n  refusals: {\n    invalid: invalidd}\n",
            "variants/wrapped.yaml:5: dangling: there is no error class 'invalidd'; did you mean 'invalid'?",
        ),
        (
            "envelope:\n  success: {data: {$boddy: true}}\n  error: {code: {$code: true}}\n",
            "variants/wrapped.yaml:4: placeholder: there is no placeholder '$boddy' here; did you mean '$body'?",
        ),
        (
            "envelope:\n  success: {data: {$body: true}}\n  error: {}\n",
            "variants/wrapped.yaml:5: placeholder: the template has no $code",
        ),
    ],
)
def test_slips_are_told_where_they_stand(changed: Callable[..., Path], text: str, complaint: str) -> None:
    """A slip in a variant is told with the line of the variant's file, and the contract itself loads."""
    folder = _varied(changed, text)
    assert complaint in _complaints(folder)
    assert specs.load(folder).vendor == folder.name


def test_lint_reads_every_variant(changed: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """`specs lint` finds the slips of variants too."""
    folder = _varied(changed, "vendor:\n  titel: Parcels\n")
    assert 1 == main(["lint", str(folder)])
    assert "variants/wrapped.yaml:4: unknown: unknown key 'titel'" in capsys.readouterr().out
    (folder / "variants" / "wrapped.yaml").write_text(HEAD + "vendor: {title: Parcels}\n", "utf-8")
    assert 0 == main(["lint", str(folder)])
    assert "variant wrapped" in capsys.readouterr().out
