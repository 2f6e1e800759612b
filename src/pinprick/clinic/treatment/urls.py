"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "treatment"
urlpatterns: list[URLPattern | URLResolver] = []
