"""The JSON schema of a case file, for editors and for other programs."""

from __future__ import annotations

from typing import Any

from pinprick.planning.case import Case
from pinprick.planning.patient import STATEMENT_KINDS

_WORDS = {"enum": ["unknown", "none"]}


def case_schema() -> dict[str, Any]:
    """Return the schema of a case file; what may be unknown may be written "unknown" or left out."""
    schema = Case.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Pinprick case"
    _allow_unknown(schema)
    properties = schema["$defs"]["Patient"]["properties"]
    for kind in STATEMENT_KINDS:
        entry = {"anyOf": [{"$ref": "#/$defs/Statement"}, {"type": "string", "minLength": 1}]}
        properties[kind] = {"anyOf": [{"type": "array", "items": entry, "maxItems": 200}, _WORDS]}
    budget = schema["$defs"]["Preferences"]["properties"]["budget"]
    budget["anyOf"].append({"type": "string", "pattern": r"^\d+(\.\d+)? [A-Za-z]{3}$"})
    return schema


def _allow_unknown(node: Any) -> None:
    """Add the word to every field that may be null."""
    if isinstance(node, dict):
        choices = node.get("anyOf")
        if isinstance(choices, list) and {"type": "null"} in choices:
            choices.append({"const": "unknown"})
        for value in node.values():
            _allow_unknown(value)
    elif isinstance(node, list):
        for value in node:
            _allow_unknown(value)
