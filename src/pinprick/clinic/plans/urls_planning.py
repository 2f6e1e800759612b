"""Where the planning screen lies."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.plans import views_planning as views

app_name = "planning"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<uuid:pk>/", views.screen, name="screen"),
    path("<uuid:pk>/answer/", views.ask, name="ask"),
    path("<uuid:pk>/sliders/", views.settings, name="settings"),
    path("<uuid:pk>/use/", views.use, name="use"),
    path("<uuid:pk>/compare/", views.side_by_side, name="side_by_side"),
]
