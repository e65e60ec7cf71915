"""A service model of the installed botocore, as an OpenAPI document and the hints that the drafts need.

Any service of the protocols AWS JSON 1.0 and 1.1 becomes a document: shapes are components, limits are keywords, names
and numbers are taken over and prose is not. What the model says in a way that JSON Schema cannot is marked `x-assumed`.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader

from specs.importing.draft import Draft, Hints, ImportRefused, Pages
from specs.importing.patterns import anchored
from specs.importing.recursion import PREFIX, without_recursion
from specs.importing.words import error_class, spaced
from specs.reading.openapi import TARGET
from specs.source_file import nearest

REGION = "us-east-1"
ROUTING = (
    "Every operation is POST to the root path; the header X-Amz-Target names it. The part behind # in the path keys "
    "below only keeps the operations apart and is never sent."
)
Shape = Mapping[str, Any]


@dataclass(frozen=True)
class Naming:
    """What a document calls things that the model does not name: the page of its sources, the class of an error code
    (without one, a class is named after its exception)."""

    page: str = "Service model"
    errors: Mapping[str, str] = field(default_factory=dict)


NAMING = Naming()


@dataclass(frozen=True)
class _Keywords:
    """JSON Schema type of a shape's type, and the keywords of its `min` and `max`."""

    type: str
    low: str = ""
    high: str = ""


_KINDS = {
    "string": _Keywords("string", "minLength", "maxLength"),
    "character": _Keywords("string", "minLength", "maxLength"),
    "integer": _Keywords("integer", "minimum", "maximum"),
    "long": _Keywords("integer", "minimum", "maximum"),
    "float": _Keywords("number", "minimum", "maximum"),
    "double": _Keywords("number", "minimum", "maximum"),
    "bigdecimal": _Keywords("number", "minimum", "maximum"),
    "list": _Keywords("array", "minItems", "maxItems"),
    "map": _Keywords("object", "minProperties", "maxProperties"),
    "boolean": _Keywords("boolean"),
    "blob": _Keywords("string", "minLength", "maxLength"),
}


def draft_of_service(
    service: str, wanted: Iterable[str] = (), naming: Naming = NAMING, models: Path | None = None
) -> Draft:
    """The document and the hints of a service, of all its operations or of the `wanted` ones, in this order.

    `models` is a folder of other service models, laid out as botocore's own. Raises ImportRefused for an unknown
    service or operation, and for a protocol that is not AWS JSON.
    """
    loader = Loader(extra_search_paths=[str(models)] if models else None)
    model = _model(loader, service)
    version = _json_version(loader, service, model["metadata"])
    operations = _chosen(service, model, tuple(wanted))
    metadata = model["metadata"]
    media_type = f"application/x-amz-json-{version}"
    paths = {
        f"{TARGET}{metadata['targetPrefix']}.{name}": {"post": _operation(row, model, media_type, naming)}
        for name, row in operations.items()
    }
    title = metadata.get("serviceFullName", service)
    signing = metadata.get("signingName", metadata["endpointPrefix"])
    document = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": metadata["apiVersion"], "description": ROUTING},
        "servers": [{"url": f"https://{metadata['endpointPrefix']}.{REGION}.{_domain(loader)}"}],
        "security": [{"signature": []}],
        "paths": paths,
        "components": _components(model, paths, media_type, signing),
    }
    return Draft(
        source=f"botocore {service}",
        title=title,
        version=metadata["apiVersion"],
        wire="aws_json",
        wire_options={"target_prefix": metadata["targetPrefix"], "json_version": version},
        base_path="",
        auth={"scheme": "sigv4", "service": signing, "region": REGION, "optional": True},
        pages={"Service model": f"AWS SDK service model of {title}, version {metadata['apiVersion']}"},
        document=document,
        hints=_hints(loader, service, model, operations),
    )


def _model(loader: Loader, service: str) -> Any:
    try:
        return loader.load_service_model(service, "service-2")
    except (UnknownServiceError, DataNotFoundError, ValueError, OSError):
        known = loader.list_available_services("service-2")
        close = difflib.get_close_matches(service, known, n=5, cutoff=0.5)
        hint = f"; did you mean {', '.join(close)}?" if close else f"; botocore has {len(known)} services"
        raise ImportRefused(f"botocore has no service {service[:100]!r}{hint}") from None


def _domain(loader: Loader) -> str:
    """The domain that all services of the first partition share."""
    return str(loader.load_data("endpoints")["partitions"][0]["dnsSuffix"])


def _json_version(loader: Loader, service: str, metadata: Mapping[str, Any]) -> str:
    protocols = metadata.get("protocols") or [metadata["protocol"]]
    if "json" in protocols and metadata.get("jsonVersion") in ("1.0", "1.1"):
        return str(metadata["jsonVersion"])
    family = [name for name in loader.list_available_services("service-2") if name.startswith(service.split("-")[0])]
    speaking = [name for name in family if name != service and _speaks_json(loader, name)]
    near = f"; of its family, {', '.join(speaking[:5])} can be imported" if speaking else ""
    advice = "the nearest supported thing is an OpenAPI description of it: `specs import openapi FILE`"
    raise ImportRefused(
        f"{service} speaks {', '.join(protocols)}, and only AWS JSON (protocol json, 1.0 and 1.1) is imported from "
        f"botocore; {advice}{near}"
    )


def _speaks_json(loader: Loader, service: str) -> bool:
    metadata = loader.load_service_model(service, "service-2")["metadata"]
    return "json" in (metadata.get("protocols") or [metadata["protocol"]])


def _chosen(service: str, model: Any, wanted: tuple[str, ...]) -> dict[str, Any]:
    known = model["operations"]
    for name in wanted:
        if name not in known:
            raise ImportRefused(f"{service} has no operation {name[:100]!r}{nearest(name, known)}")
    return {name: known[name] for name in wanted or known}


def _operation(row: Shape, model: Any, media_type: str, naming: Naming) -> dict[str, Any]:
    name = row["name"]
    statuses = sorted({_status(model["shapes"][error["shape"]]) for error in row.get("errors", ())} | {400, 500})
    documented: dict[str, Any] = {
        str(status): {"$ref": f"#/components/responses/{'ServerError' if status >= 500 else 'ClientError'}"}
        for status in statuses
    }
    answer: dict[str, Any] = {"description": "Success."}
    if row.get("output") and model["shapes"][row["output"]["shape"]]["members"]:
        answer["content"] = {media_type: {"schema": _top(row["output"])}}
    return {
        "operationId": name,
        "summary": f"{spaced(name).capitalize()}.",
        "x-source": f"{naming.page}, {name}",
        "x-errors": list(dict.fromkeys(_class(error["shape"], model, naming) for error in row.get("errors", ()))),
        "requestBody": {"required": True, "content": {media_type: {"schema": _top(row.get("input"))}}},
        "responses": {"200": answer, **documented},
    }


def _class(exception: str, model: Any, naming: Naming) -> str:
    code = model["shapes"][exception].get("error", {}).get("code", exception)
    return naming.errors.get(code) or error_class(exception)


def _top(reference: Shape | None) -> dict[str, Any]:
    return {"$ref": PREFIX + reference["shape"]} if reference else {"type": "object", "properties": {}}


def _status(shape: Shape) -> int:
    return int(shape.get("error", {}).get("httpStatusCode", 500 if shape.get("fault") else 400))


def _components(model: Any, paths: Any, media_type: str, signing: str) -> dict[str, Any]:
    schemas = {
        name: _schema(shape, model["shapes"]) for name, shape in model["shapes"].items() if not shape.get("exception")
    }
    error = {"type": "object", "properties": {"__type": {"type": "string"}, "message": {"type": "string"}}}
    name = next(name for name in ("Error", "ErrorBody", "WireError") if name not in schemas)
    content = {media_type: {"schema": {"$ref": PREFIX + name}}}
    responses = {
        "ClientError": {"description": "The request is refused; __type says why.", "content": content},
        "ServerError": {"description": "The service failed.", "content": content},
    }
    return {
        "securitySchemes": {
            "signature": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": f"AWS Signature Version 4 for the service {signing}.",
            }
        },
        "responses": responses,
        "schemas": without_recursion({name: error, **schemas}, [responses, paths]),
    }


def _schema(shape: Shape, shapes: Mapping[str, Shape]) -> dict[str, Any]:
    kind = shape["type"]
    if shape.get("document"):
        return {"x-assumed": "the model allows any JSON value here"}
    if shape.get("eventstream"):
        return {"type": "object", "x-assumed": "an event stream: its events are not described"}
    if kind == "structure":
        return _structure(shape)
    if kind == "timestamp":
        return _timestamp(shape)
    keywords = _KINDS.get(kind)
    if keywords is None:
        return {"x-assumed": f"the model's type {kind} has no JSON Schema type: any value is taken"}
    schema: dict[str, Any] = {"type": keywords.type, **dict(_limits(shape, keywords))}
    if kind == "list":
        schema["items"] = {"$ref": PREFIX + shape["member"]["shape"]}
    if kind == "map":
        schema |= _keys(shapes[shape["key"]["shape"]])
        schema["additionalProperties"] = {"$ref": PREFIX + shape["value"]["shape"]}
    if kind == "blob":
        schema["format"] = "byte"
    return schema


def _keys(shape: Shape) -> dict[str, Any]:
    """The limits on a map's keys. That a key is a text goes without saying: JSON has no others."""
    limits = dict(_limits(shape, _KINDS["string"]))
    return {"propertyNames": limits} if limits else {}


def _structure(shape: Shape) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    if shape.get("required"):
        schema["required"] = list(shape["required"])
    if shape.get("union"):
        schema |= {"minProperties": 1, "maxProperties": 1}
        schema["x-strength"] = {"minProperties": "should", "maxProperties": "should"}
        schema["x-assumed"] = "a union: one member is set; which error breaks that gets is not in the model"
    schema["properties"] = {
        name: {"$ref": PREFIX + member["shape"], **({"deprecated": True} if member.get("deprecated") else {})}
        for name, member in shape["members"].items()
    }
    return schema


def _timestamp(shape: Shape) -> dict[str, Any]:
    if shape.get("timestampFormat") in ("iso8601", "rfc822"):
        return {"type": "string", "format": "date-time"}
    return {"type": "number", "title": "EpochSeconds"}


def _limits(shape: Shape, keywords: _Keywords) -> Iterator[tuple[str, Any]]:
    low, high = shape.get("min"), shape.get("max")
    counts = keywords.low not in ("minimum", "")
    if shape["type"] == "blob":  # the model counts bytes, the message holds them in base64
        low, high = (None if size is None else 4 * math.ceil(size / 3) for size in (low, high))
    if keywords.low and low is not None and (not counts or low > 0):
        yield keywords.low, low
    if keywords.high and high is not None:
        yield keywords.high, high
    if shape.get("enum"):
        yield "enum", list(shape["enum"])
    if "pattern" in shape and shape["type"] != "blob":
        translation = anchored(shape["pattern"])
        if translation.pattern is not None:
            yield "pattern", translation.pattern
        if translation.note:
            yield "x-assumed", translation.note


def _hints(loader: Loader, service: str, model: Any, operations: Mapping[str, Any]) -> Hints:
    shapes = model["shapes"]
    named = dict.fromkeys(error["shape"] for row in operations.values() for error in row.get("errors", ()))
    errors = {
        error_class(name): (_status(shapes[name]), shapes[name].get("error", {}).get("code", name)) for name in named
    }
    pages = _optional(loader, service, "paginators-1").get("pagination", {})
    waiters = _optional(loader, service, "waiters-2").get("waiters", {})
    ends: dict[str, dict[str, str]] = {}
    for waiter in waiters.values():
        for acceptor in waiter["acceptors"]:
            if acceptor["matcher"] == "path" and acceptor["state"] in ("success", "failure"):
                ends.setdefault(waiter["operation"], {})[str(acceptor["expected"])] = acceptor["state"]
    return Hints(
        errors=errors,
        pages={name: page for name, row in pages.items() if name in operations and (page := _page(row))},
        ends=ends,
    )


def _page(row: Mapping[str, Any]) -> Pages | None:
    token, following, limit, items = (
        row.get(key) for key in ("input_token", "output_token", "limit_key", "result_key")
    )
    items = items[0] if isinstance(items, list) else items
    parts = (token, following, limit, items)
    if not all(isinstance(part, str) and "[" not in part and "|" not in part for part in parts):
        return None
    pointers = ["/" + str(part).replace(".", "/") for part in parts]
    return Pages(token=pointers[0], following=pointers[1], limit=pointers[2], items=pointers[3])


def _optional(loader: Loader, service: str, kind: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = loader.load_service_model(service, kind)
    except (DataNotFoundError, UnknownServiceError):
        return {}
    return found
