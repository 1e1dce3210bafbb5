"""Trims Xero's description of API 3.1 to what tests need: operations, parameters, and what bodies hold.

    .venv/bin/python tests/sandbox/described/derive.py xero-practicemanager-v3-1.yaml

reads that file of Xero's and writes `xpm-3.1.json` beside this script. Prose, examples and the error of status 500,
which every operation has, are left out. A schema made of others is written out whole: its parts each forbid other
properties, so that no value could satisfy them together. Everything else stays as it is.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
_PROSE = ("description", "example", "examples", "summary", "title", "tags", "operationId", "xml")
_VERBS = ("get", "post", "put", "delete")


def trimmed(node: Any, *, names: bool = False) -> Any:
    """A part of the description without prose; `names` says that the keys of this part are names of Xero's."""
    if isinstance(node, dict):
        return {
            key: trimmed(value, names=key in ("properties", "schemas"))
            for key, value in node.items()
            if names or key not in _PROSE
        }
    return [trimmed(each) for each in node] if isinstance(node, list) else node


def operation(raw: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = trimmed(raw)
    kept["responses"] = {
        status: {"description": "", "content": answer.get("content", {})}
        for status, answer in kept["responses"].items()
        if status != "500"
    }
    kept.pop("security", None)
    kept["parameters"] = [each for each in kept.get("parameters", []) if each["in"] != "header"]
    return kept


def whole(name: str, schemas: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it inherits."""
    schema = schemas[name]
    if "allOf" not in schema:
        return dict(schema)
    found: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {}}
    for part in schema["allOf"]:
        inherited = whole(part["$ref"].rsplit("/", 1)[1], schemas) if "$ref" in part else part
        found["properties"] |= inherited.get("properties", {})
    return found


def description(raw: dict[str, Any]) -> dict[str, Any]:
    """The whole, as OpenAPI."""
    schemas = trimmed(raw["components"]["schemas"], names=True)
    return {
        "openapi": raw["openapi"],
        "info": {"title": raw["info"]["title"], "version": raw["info"]["version"]},
        "paths": {
            path: {verb: operation(each) for verb, each in verbs.items() if verb in _VERBS}
            for path, verbs in raw["paths"].items()
        },
        "components": {"schemas": {name: whole(name, schemas) for name in schemas}},
    }


def written(found: dict[str, Any]) -> str:
    """JSON with a line for each path and each schema."""
    head = {name: value for name, value in found.items() if name in ("openapi", "info")}
    paths, schemas = found["paths"], found["components"]["schemas"]
    return (
        f'{json.dumps(head)[:-1]},\n"paths": {{\n{_lines(paths)}\n}},\n'
        f'"components": {{"schemas": {{\n{_lines(schemas)}\n}}}}}}\n'
    )


def _lines(rows: dict[str, Any]) -> str:
    return ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())


if __name__ == "__main__":
    source = yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8"))
    (HERE / "xpm-3.1.json").write_text(written(description(source)), encoding="utf-8")
