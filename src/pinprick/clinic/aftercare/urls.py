"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "aftercare"
urlpatterns: list[URLPattern | URLResolver] = []
