"""All facades, in the order in which they are asked whose a request is.

A new vendor is one module and one row here. The inputs that the contracts' fixtures name are made here too, because
only this package may know them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from reference_impl.engine.dataset import COLUMNS, customer_rows
from reference_impl.facades.amazon_ml import AmazonML
from reference_impl.facades.amazon_personalize import AmazonPersonalize
from reference_impl.facades.datarobot import DataRobot
from reference_impl.facades.facade import Engine, Facade, fixture
from reference_impl.facades.spice import Spice
from specs.contract import Contract

FACADES: dict[str, Callable[[Engine, Contract], Facade]] = {
    "amazon_personalize": lambda engine, contract: AmazonPersonalize(engine, contract).facade(),
    "amazon_ml": lambda engine, contract: AmazonML(engine, contract).facade(),
    "datarobot": lambda engine, contract: DataRobot(engine, contract).facade(),
    "spice": lambda engine, contract: Spice(engine, contract).facade(),
}
BATCH_ROWS = 40


def write_inputs(engine: Engine, contracts: Mapping[str, Contract]) -> None:
    """The inputs that the contracts' fixtures name, unless they are there already."""
    # The records that single calls score stand in the file too, so that a batch can be compared with them.
    records = contracts["amazon_ml"].fixtures["records"].value
    known = [[str(record[name]) for name in COLUMNS] for record in records]
    rows = [COLUMNS, *known, *customer_rows(engine.settings.seed + 1, BATCH_ROWS)]
    table = "".join(",".join(row) + "\n" for row in rows)
    users = "".join(f'{{"userId": "{number}"}}\n' for number in range(1, 21))
    items = "".join(f'{{"itemId": "{number}"}}\n' for number in range(1, 11))
    inputs = (
        ("amazon_ml", "input_uri", table),
        ("amazon_personalize", "input_path", users),
        ("amazon_personalize", "segment_input_path", items),
    )
    for vendor, name, text in inputs:
        path = engine.objects.path(fixture(contracts[vendor], name))
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # In one step: what a process leaves that is killed here would be taken for the whole input.
            staged = path.with_name(path.name + ".part")
            staged.write_text(text)
            os.replace(staged, path)
