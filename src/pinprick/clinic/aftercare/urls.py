"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.aftercare import views

app_name = "aftercare"
urlpatterns: list[URLPattern | URLResolver] = [
    path("plan/<uuid:pk>/", views.plan, name="plan"),
    path("plan/<uuid:pk>/make/", views.make, name="make"),
    path("<uuid:pk>/", views.sheet, name="sheet"),
    path("<uuid:pk>/hand-over/", views.hand_over, name="hand_over"),
    path("<uuid:pk>/pdf/", views.pdf, name="pdf"),
    path("read/<str:token>/", views.read, name="read"),
    path("read/<str:token>/copy/", views.copy, name="copy"),
]
