"""What replies in JSON have against Xero's description: each finding a sentence that can be listed with its reason."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

_KINDS: Mapping[type, str] = {
    bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object", type(None): "null",
}  # fmt: skip


class Witness:
    """Compares replies with the description's schemas, and remembers what each schema was seen to hold."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self.findings: set[str] = set()
        self._schemas = schemas
        self._held: defaultdict[str, set[str]] = defaultdict(set)

    def see(self, value: Any, schema: Mapping[str, Any], place: str) -> None:
        """Compare a value with a schema; `place` names what holds it."""
        if "oneOf" in schema:
            schema = {"nullable": schema.get("nullable", False), **schema["oneOf"][0]}
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            self._see_object(value, name, place)
        elif "array" in (schema.get("type"), _KINDS[type(value)]):
            self._see_rows(value, schema, place)
        elif not _fits(value, schema):
            self.findings.add(f"{place} is {_KINDS[type(value)]} and described as {schema.get('type')}")

    def never_held(self) -> set[str]:
        """Properties that are described and that no reply had."""
        return {
            f"{name}.{each} is described and not sent"
            for name, held in self._held.items()
            for each in self._schemas[name].get("properties", {})
            if each not in held
        }

    def _see_object(self, value: Any, name: str, place: str) -> None:
        if not isinstance(value, dict):
            self.findings.add(f"{place} is {_KINDS[type(value)]} and described as {name}")
            return
        described = self._schemas[name].get("properties", {})
        self._held[name] |= set(value)
        for key, each in value.items():
            if key in described:
                self.see(each, described[key], f"{name}.{key}")
            else:
                self.findings.add(f"{name}.{key} is sent and not described")

    def _see_rows(self, value: Any, schema: Mapping[str, Any], place: str) -> None:
        if schema.get("type") != "array" or not isinstance(value, list):
            self.findings.add(f"{place} is {_KINDS[type(value)]} and described as {schema.get('type')}")
            return
        for row in value:
            self.see(row, schema["items"], f"a row of {place}")


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    kind = _KINDS[type(value)]
    wanted = schema.get("type")
    if kind == "null":
        return bool(schema.get("nullable"))
    return kind == wanted or (kind == "integer" and wanted == "number")
