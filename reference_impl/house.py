"""Putting a server together: settings in, a web application out, with the engine's life tied to the application's.

The only place that knows every facade. The order of FACADES is the order in which they are asked whose a request is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from aiohttp import web

import specs
from reference_impl.engine.dataset import COLUMNS, customer_rows
from reference_impl.engine.jobs import Runner
from reference_impl.engine.library import open_library
from reference_impl.engine.objects import ObjectStore
from reference_impl.engine.store import Store
from reference_impl.facades.amazon_ml import AmazonML
from reference_impl.facades.amazon_personalize import AmazonPersonalize
from reference_impl.facades.datarobot import DataRobot
from reference_impl.facades.facade import Engine, Facade, fixture
from reference_impl.facades.spice import Spice
from reference_impl.server import Door
from reference_impl.settings import Settings
from specs.contract import Contract

FACADES: dict[str, Callable[[Engine, Contract], Facade]] = {
    "amazon_personalize": lambda engine, contract: AmazonPersonalize(engine, contract).facade(),
    "amazon_ml": lambda engine, contract: AmazonML(engine, contract).facade(),
    "datarobot": lambda engine, contract: DataRobot(engine, contract).facade(),
    "spice": lambda engine, contract: Spice(engine, contract).facade(),
}
BATCH_ROWS = 40


def create_app(settings: Settings) -> web.Application:
    """The whole server as an application. Jobs start with it and stop with it; its data folder is made when missing."""
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = Engine(
        settings,
        Store(settings.data / "jobs.sqlite"),
        ObjectStore(settings.data / "objects"),
        open_library(settings.data / "models", settings.seed, settings.clock()),
    )
    contracts = {vendor: specs.load(vendor) for vendor in FACADES}
    facades = [build(engine, contracts[vendor]) for vendor, build in FACADES.items()]
    _write_inputs(engine, contracts)
    works = {kind: work for facade in facades for kind, work in facade.works.items()}
    runner = Runner(engine.store, works, settings.clock, settings.workers, settings.step_delay_s)

    async def life(_app: web.Application) -> AsyncIterator[None]:
        runner.resume()
        yield
        runner.close()
        engine.store.close()

    app = web.Application(client_max_size=settings.body_bytes_max)
    app.router.add_route("*", "/{path:.*}", Door(settings, facades, runner).__call__)
    app.cleanup_ctx.append(life)
    return app


def _write_inputs(engine: Engine, contracts: dict[str, Contract]) -> None:
    """The inputs that the contracts' fixtures name, unless they are there already."""
    rows = [COLUMNS, *customer_rows(engine.settings.seed + 1, BATCH_ROWS)]
    table = "".join(",".join(row) + "\n" for row in rows)
    users = "".join(f'{{"userId": "{number}"}}\n' for number in range(1, 21))
    inputs = (("amazon_ml", "input_uri", table), ("amazon_personalize", "input_path", users))
    for vendor, name, text in inputs:
        path: Path = engine.objects.path(fixture(contracts[vendor], name))
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
