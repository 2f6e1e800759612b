"""Widgets for what clinics type: dates, quantities with a unit, positions on a scale."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise


class IsoDateInput(forms.DateInput):
    """A date typed as YYYY-MM-DD and read back in words beside the field, so that no day is taken for a month."""

    template_name = "interface/widgets/date.html"
    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        typed = {"inputmode": "numeric", "placeholder": "YYYY-MM-DD", "autocomplete": "off", "maxlength": "10"}
        super().__init__(attrs=typed | (attrs or {}), format="%Y-%m-%d")


class IsoDateField(forms.DateField):
    """A date in ISO form; slashes and points between the numbers are understood where the year comes first."""

    widget = IsoDateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"])
        super().__init__(**kwargs)


class UnitInput(forms.TextInput):
    """A number with its unit behind it; a phone shows the number keys.

    Args:
        unit: such as "mm".
        attrs: further attributes of the input.
    """

    template_name = "interface/widgets/unit.html"

    def __init__(self, unit: str | Promise, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))
        self.unit = unit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return Django's context with the unit."""
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        return context


class SliderInput(forms.NumberInput):
    """A position on a scale, with the value beside it.

    Args:
        minimum: left end.
        maximum: right end.
        step: what one arrow key moves.
        unit: shown behind the value.
        attrs: further attributes of the input.
    """

    template_name = "interface/widgets/slider.html"
    input_type = "range"

    def __init__(
        self, minimum: float, maximum: float, step: float, unit: str | Promise = "", attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__({"min": minimum, "max": maximum, "step": step} | (attrs or {}))
        self.unit = unit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return Django's context with the unit."""
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        return context


class Segments(forms.RadioSelect):
    """Two to five short answers beside each other."""

    template_name = "interface/widgets/segments.html"
