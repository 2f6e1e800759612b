"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.plans import views

app_name = "plans"
urlpatterns: list[URLPattern | URLResolver] = [
    path("figures.css", views.figure_rules, name="figure_rules"),
    path("patient/<uuid:pk>/", views.patient, name="patient"),
    path("patient/<uuid:pk>/new/", views.begin, name="begin"),
    path("<uuid:pk>/", views.plan, name="plan"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/save/", views.save, name="save"),
    path("<uuid:pk>/compute/", views.compute, name="compute"),
    path("<uuid:pk>/progress/", views.progress, name="progress"),
    path("<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("<uuid:pk>/screen/", views.screen, name="screen"),
    path("<uuid:pk>/approve/", views.approve, name="approve"),
    path("<uuid:pk>/discard/", views.discard, name="discard"),
    path("<uuid:pk>/take-back/", views.take_back, name="take_back"),
    path("<uuid:pk>/revisions/", views.revisions, name="revisions"),
    path("revision/<uuid:pk>/", views.revision, name="revision"),
    path("revision/<uuid:pk>/clone/", views.clone, name="clone"),
    path("revision/<uuid:pk>/restore/", views.restore, name="restore"),
    path("revision/<uuid:pk>/report/", views.report, name="report"),
    path("revision/<uuid:pk>/pdf/", views.pdf, name="pdf"),
    path("revision/<uuid:pk>/print/", views.printed, name="print"),
]
