"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.interface import views

app_name = "interface"
urlpatterns: list[URLPattern | URLResolver] = [
    path("gallery", views.gallery, name="gallery"),
    path("offline", views.offline, name="offline"),
    path("worker.js", views.worker, name="worker"),
]
