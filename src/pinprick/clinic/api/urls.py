"""Where the programming interface lies."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.api.interface import api

urlpatterns: list[URLPattern | URLResolver] = [path("", api.urls)]
