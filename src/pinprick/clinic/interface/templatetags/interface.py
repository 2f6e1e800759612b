"""The components as template tags; every one is shown in the gallery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import segno
from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pinprick.clinic.interface import engine_text, navigation
from pinprick.clinic.interface.icons import ICONS
from pinprick.clinic.interface.notices import UNDO
from pinprick.clinic.interface.signature import BOX
from pinprick.clinic.interface.words import VERDICT_LABELS, VERDICT_TONES

register = template.Library()
TONE_ICONS = {"good": "check", "warn": "alert", "bad": "stop", "note": "info", "accent": "info", "": "info"}


@register.filter
def said(text: object) -> SafeString:
    """Show a text of the engine in the language of the page, marked where it is English still."""
    return engine_text.marked(text)


@register.filter
def said_plain(text: object) -> str:
    """The same without marks, for attributes and options and before another filter."""
    return engine_text.said(text)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon; without a label it is decoration and hidden from screen readers."""
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" viewBox="0 0 24 24" {}><path d="{}"/></svg>', role, ICONS[name])


def _attributes(given: Mapping[str, Any]) -> SafeString:
    """Return attributes; `data_x` stands for `data-x`, None and False for nothing, True for the bare name."""
    kept = ((key.rstrip("_").replace("_", "-"), value) for key, value in given.items() if value not in (None, False))
    return format_html_join("", ' {}="{}"', ((key, "" if value is True else value) for key, value in kept))


@register.simple_tag
def button(text: str, kind: str = "", icon_name: str = "", **attributes: Any) -> SafeString:
    """A button: `{% button "Save" kind="primary" icon_name="check" name="do" value="save" %}`; type is submit."""
    given = {"type": "submit"} | attributes
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<button class="button {}"{}>{}{}</button>', kind, _attributes(given), drawn, text)


@register.simple_tag
def link_button(url: str, text: str, kind: str = "", icon_name: str = "", **attributes: Any) -> SafeString:
    """A link that looks like a button."""
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<a class="button {}" href="{}"{}>{}{}</a>', kind, url, _attributes(attributes), drawn, text)


@register.inclusion_tag("interface/field.html")
def field(bound: BoundField, css: str = "") -> dict[str, Any]:
    """One form field with label, help and errors; `css` may be `short` or `segments`."""
    return {"field": bound, "css": css}


@register.inclusion_tag("interface/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form, with a summary of what is wrong first."""
    return {"form": form}


@register.inclusion_tag("interface/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What is wrong in a form, with links to the fields; nothing where nothing is."""
    wrong = [form[name] for name in form.errors if name in form.fields]
    return {"form": form, "wrong": wrong, "general": form.non_field_errors()}


@register.simple_tag
def badge(text: str, tone: str = "", icon_name: str = "") -> SafeString:
    """A short state in words; tone is `good`, `warn`, `bad`, `note`, `accent` or ''."""
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge {}">{}{}</span>', tone, drawn, text)


@register.simple_tag
def verdict_badge(verdict: str) -> SafeString:
    """The verdict of a screening, short."""
    tone = VERDICT_TONES[verdict]
    return badge(str(VERDICT_LABELS[verdict]), tone, TONE_ICONS[tone])


@register.inclusion_tag("interface/verdict.html")
def verdict(verdict: str, reason: str = "") -> dict[str, Any]:
    """The verdict of a screening, large, with the reason under it."""
    tone = VERDICT_TONES[verdict]
    return {"label": VERDICT_LABELS[verdict], "tone": tone, "icon_name": TONE_ICONS[tone], "reason": reason}


@register.simple_block_tag
def notice(content: SafeString, tone: str = "note", title: str = "", role: str = "") -> SafeString:
    """Something to know before going on: `{% notice tone="warn" title=… %}…{% endnotice %}`."""
    context = {"content": content, "tone": tone, "title": title, "icon_name": TONE_ICONS[tone], "role": role}
    return render_to_string("interface/notice.html", context)


@register.simple_block_tag
def card(content: SafeString, title: str = "", url: str = "", more: str = "", css: str = "") -> SafeString:
    """A card, with a heading and a link to all of it where given."""
    context = {"content": content, "title": title, "url": url, "more": more or _("See all"), "css": css}
    return render_to_string("interface/card.html", context)


@register.simple_block_tag
def dialog(content: SafeString, name: str, title: str) -> SafeString:
    """A dialog, opened by any button with `data-dialog="name"`; without JavaScript its content stands in the page."""
    return render_to_string("interface/dialog.html", {"content": content, "name": name, "title": title})


@register.simple_block_tag
def table(content: SafeString, caption: str, hide_caption: bool = True, css: str = "") -> SafeString:
    """A table that scrolls by itself; `css="stacking"` with data-label on cells makes rows into cards on a phone."""
    context = {"content": content, "caption": caption, "hide_caption": hide_caption, "css": css}
    return render_to_string("interface/table.html", context)


@register.inclusion_tag("interface/tabs.html", takes_context=True)
def tabs(context: template.Context, items: Sequence[tuple[str, str]], label: str = "") -> dict[str, Any]:
    """Links between sibling pages: pairs of label and address; the page one is on is marked."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    return {"items": [(text, url, url == path) for text, url in items], "label": label or _("Sections")}


@register.inclusion_tag("interface/progress.html")
def progress(label: str, value: float | None = None, maximum: float = 100, name: str = "") -> dict[str, Any]:
    """How far something is; without a value, that it goes on."""
    return {"label": label, "value": value, "maximum": maximum, "name": name or "progress"}


@register.inclusion_tag("interface/stepper.html")
def stepper(steps: Sequence[tuple[str, str]], current: int) -> dict[str, Any]:
    """Where one is in a sequence: pairs of title and address ('' for none), and the number of the current, from 1."""
    rows = [(title, url, number < current, number == current) for number, (title, url) in enumerate(steps, 1)]
    return {"rows": rows, "number": current, "total": len(steps)}


@register.inclusion_tag("interface/timeline.html")
def timeline(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened, newest first: mappings of `at`, `title`, and where wanted `text`, `url`, `tone`, `who`."""
    return {"entries": entries}


@register.inclusion_tag("interface/facts.html")
def facts(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Names and values; None and '' are shown as not known, never left out."""
    return {"pairs": pairs}


@register.inclusion_tag("interface/differences.html")
def differences(rows: Sequence[tuple[str, Any, Any]]) -> dict[str, Any]:
    """What changed: name, before, after; None stands for nothing."""
    return {"rows": rows}


@register.inclusion_tag("interface/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Links to the pages of a list, keeping the rest of the query."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query.pop(name, None)
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "query": query.urlencode(), "name": name, "gap": "…"}


@register.simple_block_tag
def empty(content: SafeString, title: str, icon_name: str = "search", level: str = "h2") -> SafeString:
    """What is said where there is nothing yet; inside stands what one may do."""
    return render_to_string(
        "interface/empty.html", {"content": content, "title": title, "icon_name": icon_name, "level": level}
    )


@register.inclusion_tag("interface/qr.html")
def qr(address: str, label: str) -> dict[str, Any]:
    """A QR code, with what it leads to in words."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        svgclass="", lineclass="path", omitsize=True, border=1
    )
    return {"drawing": mark_safe(drawn), "label": label}


@register.inclusion_tag("interface/menu.html", takes_context=True)
def navigation_menu(context: template.Context) -> dict[str, Any]:
    """The navigation of the shell."""
    shown = navigation.of_request(context["request"]) if context.get("request") else []
    daily = [one for one in shown if one.entry.order < navigation.CLINIC_FROM]
    return {"daily": daily, "clinic": shown[len(daily) :]}


@register.simple_tag
def search_url() -> str:
    """Where the search of the top bar leads, or ''."""
    return navigation.search_url()


@register.filter
def undo_url(message: Any) -> str:
    """Return where a message's undo posts to, or ''."""
    tags = message.extra_tags or ""
    return tags[len(UNDO) :] if tags.startswith(UNDO) else ""


@register.filter
def tone(level_tag: str) -> str:
    """Return the tone of a message of Django."""
    return {"success": "good", "warning": "warn", "error": "bad"}.get(level_tag, "note")


@register.filter
def tone_icon(tone_name: str) -> str:
    """Return the icon that belongs to a tone."""
    return TONE_ICONS.get(tone_name, "info")


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.inclusion_tag("interface/save_state.html")
def save_state() -> dict[str, Any]:
    """Whether what was typed is saved; stands in every form with `data-autosave`."""
    return {}


@register.inclusion_tag("interface/timer.html")
def timer(name: str, since: datetime | None, due: float, over: float, label: str = "") -> dict[str, Any]:
    """How long something has been on the skin; it goes on over a reload, by the clock of the server.

    Args:
        name: prefix of identifiers.
        since: when it began, or None while it has not.
        due: minutes after which it is long enough.
        over: minutes after which it is too long.
        label: what is on the skin.
    """
    given = {"name": name, "since": since, "now": timezone.now(), "due": due, "over": over}
    return given | {"label": label or _("on the skin")}


@register.inclusion_tag("interface/signature.html")
def signature(name: str, label: str = "", value: str = "") -> dict[str, Any]:
    """A field to sign in by finger, pen or mouse; what is drawn is an SVG path, checked by `signature.read`."""
    return {"name": name, "label": label or _("Signature"), "value": value, "box": BOX}


@register.inclusion_tag("interface/scan.html")
def scan(name: str, label: str = "", value: str = "", help_text: str = "") -> dict[str, Any]:
    """A code by camera where the browser can, by a scanner that types, or by hand; `scan:read` tells it was read."""
    return {"name": name, "label": label or _("Code on the packaging"), "value": value, "help_text": help_text}


@register.inclusion_tag("interface/module.html")
def module(name: str) -> dict[str, str]:
    """Load one of the modules `autosave`, `chart`, `timer`, `signature`, `scan`; a browser loads each once."""
    return {"path": f"interface/{name}.js"}
