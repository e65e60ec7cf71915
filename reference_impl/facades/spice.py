"""Spice.ai: forecasts from models that carry their own series; many models in one request, each with its own status.

Facts that shape this file (runtime 1.x): a batch is answered with 200 whatever becomes of its items; a single
prediction carries its status as the HTTP status too; members that are unset are left out, never null.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from reference_impl.engine.models import Forecaster, next_values
from reference_impl.facades.facade import Engine, Facade, Request, fixture
from specs.contract import Contract
from specs.message import Answer

STATUS_CODES = {"Success": 200, "BadRequest": 400, "InternalError": 500}
MODEL_VERSION = "1.0"
LIST_COLUMNS = ("id", "object", "owned_by", "datasets", "status")


@dataclass(frozen=True)
class Declared:
    """A model of the deployment. Without a forecaster its data lacks the column that a run needs."""

    name: str
    dataset: str
    forecaster: Forecaster | None


class Spice:
    """The five operations."""

    def __init__(self, engine: Engine, contract: Contract) -> None:
        self.contract = contract
        self.clock = engine.settings.clock
        known = engine.library.forecasters
        rows = (("model_a", known["a"]), ("model_b", known["b"]), ("model_failing", None))
        self.models = {
            name: Declared(name, f"{name}_series", forecaster)
            for name, forecaster in ((fixture(contract, key), forecaster) for key, forecaster in rows)
        }

    def facade(self) -> Facade:
        """The table that the server calls. Claims every path that no other facade does."""
        handlers = {
            "post_batch_predict": self.predict_batch,
            "get_model_predict": self.predict_one,
            "get_models": self.list_models,
            "get_health": lambda _request: Answer(200, body="ok\n"),
            "get_ready": lambda _request: Answer(200, body="ready"),
        }
        return Facade(self.contract, lambda _request: True, handlers)

    def predict_batch(self, request: Request) -> Answer:
        """One result an item, in order."""
        started = self.clock()
        items = request.call.body.get("predictions", [])
        results = [self.result(item["model_name"]) for item in items]
        whole = max([self._elapsed_ms(started), *(result["duration_ms"] for result in results)])
        return Answer(200, body={"predictions": results, "duration_ms": whole})

    def predict_one(self, request: Request) -> Answer:
        """The result of one model, its status as the HTTP status."""
        result = self.result(request.call.path["name"])
        return Answer(STATUS_CODES[result["status"]], body=result)

    def result(self, name: str) -> dict[str, Any]:
        """What one model says: a forecast, or why there is none."""
        started = self.clock()
        model = self.models.get(name)
        result: dict[str, Any] = {"status": "BadRequest", "model_name": name}
        if model is None:
            result["error_message"] = f"Model {name} not found"
        elif model.forecaster is None:
            message = "Unable to find column 'y' in inference result"
            result |= {"status": "InternalError", "model_version": MODEL_VERSION, "error_message": message}
        else:
            prediction = next_values(model.forecaster)
            result |= {"status": "Success", "model_version": MODEL_VERSION, "prediction": prediction}
        return result | {"duration_ms": self._elapsed_ms(started)}

    def list_models(self, request: Request) -> Answer:
        """Every declared model, as JSON or CSV; with its status when asked for."""
        status = "Ready" if request.call.query.get("status") is True else None
        rows: list[dict[str, Any]] = [
            {"id": model.name, "object": "model", "owned_by": "local", "datasets": [model.dataset], "status": status}
            for model in self.models.values()
        ]
        if request.call.query.get("format") != "csv":
            return Answer(200, body={"object": "list", "data": rows})
        text = io.StringIO()
        writer = csv.DictWriter(text, LIST_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "datasets": ",".join(row["datasets"])} for row in rows)
        return Answer(200, (("Content-Type", "text/csv"),), text.getvalue())

    def _elapsed_ms(self, started: float) -> int:
        return max(0, int(1000 * (self.clock() - started)))
