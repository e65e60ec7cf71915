"""How a contract's messages travel. `WIRES` has one row a wire format; a new format is one file and one row."""

from specs.wire import aws_json, rest_json
from specs.wire.envelope import enveloping
from specs.wire.protocol import Wire

WIRES: dict[str, Wire] = {wire.name: enveloping(wire) for wire in (aws_json.WIRE, rest_json.WIRE)}

__all__ = ["WIRES", "Wire"]
