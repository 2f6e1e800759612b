"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.consent import reading, views

app_name = "consent"
urlpatterns: list[URLPattern | URLResolver] = [
    path("plan/<uuid:pk>/", views.plan, name="plan"),
    path("plan/<uuid:pk>/offer/", views.offer, name="offer"),
    path("outdated/", views.outdated, name="outdated"),
    path("verify/", views.check, name="verify"),
    path("texts/", views.templates, name="templates"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/hand-over/", views.hand_over, name="hand_over"),
    path("<uuid:pk>/refuse/", views.refuse, name="refuse_for"),
    path("<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:pk>/file/", views.file, name="file"),
    path("read/<str:token>/", reading.read, name="read"),
    path("read/<str:token>/sign/", reading.sign, name="sign"),
    path("read/<str:token>/refuse/", reading.refuse, name="refuse"),
    path("read/<str:token>/copy/", reading.copy, name="copy"),
]
