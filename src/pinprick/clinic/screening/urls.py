"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.screening import views

app_name = "screening"
urlpatterns: list[URLPattern | URLResolver] = [
    path("patient/<uuid:pk>/", views.patient, name="patient"),
    path("patient/<uuid:pk>/again/", views.again, name="again"),
    path("<uuid:pk>/", views.screening, name="screening"),
    path("<uuid:pk>/resolve/<slug:rule>/", views.resolve, name="resolve"),
    path("<uuid:pk>/answer/<slug:rule>/", views.answer, name="answer"),
]
