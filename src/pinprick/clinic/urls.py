"""Where everything lies."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from pinprick.clinic.people import health

APPS = ("patients", "intake", "screening", "plans", "consent", "treatment", "aftercare", "interface", "links")
urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("", include("pinprick.clinic.people.urls")),
    path("audit/", include("pinprick.clinic.audit.urls")),
    path("api/", include("pinprick.clinic.api.urls")),
    path("planning/", include("pinprick.clinic.plans.urls_planning")),
    *(path(f"{name}/", include(f"pinprick.clinic.{name}.urls")) for name in APPS),
]
