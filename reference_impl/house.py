"""Putting a server together: settings in, a web application out, with the engine's life tied to the application's.

Nothing here knows a vendor: facades come from their registry, what they need from the engine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

import specs
from reference_impl.engine.jobs import Runner
from reference_impl.engine.library import open_library
from reference_impl.engine.objects import ObjectStore
from reference_impl.engine.store import Store
from reference_impl.facades.facade import Engine
from reference_impl.facades.registry import FACADES, write_inputs
from reference_impl.server import Door
from reference_impl.settings import Settings


def create_app(settings: Settings) -> web.Application:
    """The whole server as an application. Jobs start with it and stop with it; its data folder is made when missing.

    Raises StoreProblem when another server uses the folder.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = Engine(
        settings,
        Store(settings.data / "jobs.sqlite"),
        ObjectStore(settings.data / "objects"),
        open_library(settings.data / "models", settings.seed, settings.clock()),
    )
    contracts = {vendor: specs.load(vendor) for vendor in FACADES}
    facades = [build(engine, contracts[vendor]) for vendor, build in FACADES.items()]
    write_inputs(engine, contracts)
    works = {kind: work for facade in facades for kind, work in facade.works.items()}
    endings = {kind: ending for facade in facades for kind, ending in facade.ended.items()}
    runner = Runner(engine.store, works, endings, settings.clock, settings.workers, settings.step_delay_s)
    door = Door(settings, facades, runner)

    async def life(_app: web.Application) -> AsyncIterator[None]:
        engine.sweep()
        runner.resume()
        yield
        door.close()
        runner.close()
        engine.store.close()

    app = web.Application()
    app.router.add_route("*", r"/{path:[\s\S]*}", door.__call__)
    app.cleanup_ctx.append(life)
    return app
