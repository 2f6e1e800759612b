"""A patient's document in a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pinprick.clinic.consent.typeset import blocks

register = template.Library()


@register.filter
def words(text: str | Mapping[str, str]) -> SafeString:
    """A text, or a text of the records in another language, marked with its own."""
    if isinstance(text, Mapping):
        return format_html('<span lang="{}" class="recorded">{}</span>', text["lang"], text["text"])
    return format_html("{}", text)


@register.inclusion_tag("consent/items.html")
def items(listed: Sequence[Mapping[str, Any]], level: int = 3, caption: str = "") -> dict[str, Any]:
    """What a part says: paragraphs, lists and tables; headings begin at a level."""
    found = blocks(listed)
    for block in found:
        if block["kind"] == "table":
            block["lines"] = [list(zip(block["head"], row, strict=True)) for row in block["rows"]]
    return {"blocks": found, "level": level, "caption": caption}


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """The value of a key with a point in it, which the template language cannot name."""
    return mapping.get(key, "")
