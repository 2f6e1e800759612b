"""Turns faults of a case's fields into messages a clinician can act on."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from pinprick.errors import InputError, InputErrors

_SAID = {
    "missing": "field is missing",
    "extra_forbidden": "unknown field",
    "model_type": "not a table of fields",
    "dict_type": "not a table of fields",
    "tuple_type": "not a list",
    "string_type": "not text",
    "float_type": "not a number",
    "float_parsing": "not a number",
    "int_type": "not a whole number",
    "int_parsing": "not a whole number",
    "int_from_float": "not a whole number",
    "finite_number": "not a finite number",
    "bool_parsing": "neither true nor false",
    "bool_type": "neither true nor false",
    "literal_error": "not one of the words this field takes",
    "enum": "not one of the words this field takes",
    "greater_than_equal": "too small",
    "greater_than": "too small",
    "less_than_equal": "too large",
    "less_than": "too large",
    "too_short": "too few entries",
    "too_long": "too many entries",
    "string_too_short": "empty text",
    "string_too_long": "text is too long",
    "string_pattern_mismatch": "not in the form this field takes",
}
_BOUND = {
    "ge": "at least {}",
    "gt": "above {}",
    "le": "at most {}",
    "lt": "below {}",
    "min_length": "at least {}",
    "max_length": "at most {}",
    "pattern": "text of the form {}",
}
# What was expected where a value is of the wrong kind.
_KIND = {
    "model_type": "a table of fields",
    "dict_type": "a table of fields",
    "tuple_type": "a list in square brackets",
    "string_type": "text",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "finite_number": "a finite number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
}
_FORM = {
    "^[A-Z]{2}$": 'two capital letters (ISO 3166), or "EU"',
    "^[A-Z]{3}$": "three capital letters (ISO 4217)",
}
MEND = "mend this field; docs/reference/case.md says what each takes"


def case_faults(error: ValidationError, model: type[BaseModel], file: str | None) -> InputErrors:
    """Return the faults of a case as one error.

    Args:
        error: what pydantic found.
        model: the model that was validated, for the names of its fields.
        file: the file the case is in.
    """
    items: list[dict[str, Any]] = [dict(item) for item in error.errors(include_url=False)]
    # A list whose only entries are wrong is also called too short; the entries alone say enough.
    wrong: list[tuple[Any, ...]] = [tuple(item["loc"]) for item in items]
    kept = [
        item
        for item, loc in zip(items, wrong, strict=True)
        if item["type"] != "too_short" or not any(len(other) > len(loc) and other[: len(loc)] == loc for other in wrong)
    ]
    return InputErrors([_problem(item, model, file) for item in kept], file=file)


def nearest(word: object, known: Iterable[str]) -> str:
    """Return "did you mean ...?" for the nearest known word, or the list of the known."""
    names = sorted(known)
    given = str(word).lower()
    close = [name for name in names if len(given) > 2 and name.startswith(given)]
    close = close or get_close_matches(given, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    listed = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
    return f"known: {listed}" if names else ""


def _problem(item: dict[str, Any], model: type[BaseModel], file: str | None) -> InputError:
    kind, loc, context = str(item["type"]), tuple(item["loc"]), dict(item.get("ctx") or {})
    given: object = item.get("input")
    if isinstance(given, dict | BaseModel):
        given = None
    message, limit, remedy = _SAID.get(kind, str(item["msg"])), _KIND.get(kind), None
    if "said" in context:
        message, limit, remedy = str(context["said"]), context["limit"] or None, context["remedy"] or None
        loc += (context["field"],) if context["field"] else ()
        given = context["given"] if context["field"] else given
    elif kind == "extra_forbidden":
        known = _fields_at(model, loc[:-1])
        given, limit, remedy = loc[-1], _listed(known), nearest(loc[-1], known)
    elif "expected" in context:
        words = [word.strip(" '") for word in str(context["expected"]).replace(" or ", ", ").split(",")]
        limit, remedy = " | ".join(words), _guess(given, words)
        loc = loc[:-1] if loc[-1] == "[key]" else loc
    else:
        bounds = [form.format(_plain(context[name])) for name, form in _BOUND.items() if name in context]
        limit = _FORM.get(str(context.get("pattern"))) or " and ".join(bounds) or limit
    if kind == "missing":
        given, limit, remedy = None, "this field must be there", "add it; examples/ holds complete cases"
    return InputError(message, file=file, field=_path(loc), given=given, limit=limit, remedy=remedy or MEND)


def _plain(bound: object) -> str:
    return f"{bound:g}" if isinstance(bound, float) else str(bound)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _guess(given: object, words: list[str]) -> str | None:
    """Return "did you mean ...?", and nothing where the limit has listed the words already."""
    text = nearest(given, words)
    return text if text.startswith("did you") else None


def _path(loc: tuple[str | int, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


def _fields_at(model: Any, loc: tuple[str | int, ...]) -> list[str]:
    for part in loc:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part) if model is not None else None
        model = _table_in(field.annotation) if field is not None else None
    return sorted(model.model_fields) if model is not None else []


def _table_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    for inner in typing.get_args(annotation):
        if (found := _table_in(inner)) is not None:
            return found
    return None
