"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "links"
urlpatterns: list[URLPattern | URLResolver] = []
