"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.treatment import views

app_name = "treatment"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.today, name="today"),
    path("patients/<uuid:pk>/", views.of_patient, name="of_patient"),
    path("plans/<uuid:pk>/check-in/", views.check_in, name="check_in"),
    path("sessions/<uuid:pk>/", views.session, name="session"),
    path("sessions/<uuid:pk>/open/", views.open_session, name="open"),
    path("sessions/<uuid:pk>/save/", views.save, name="save"),
    path("sessions/<uuid:pk>/lists/", views.lists, name="lists"),
    path("sessions/<uuid:pk>/record/", views.record, name="record"),
    path("sessions/<uuid:pk>/form/", views.form, name="form"),
    path("sessions/<uuid:pk>/sign/", views.sign, name="sign"),
    path("sessions/<uuid:pk>/abandon/", views.abandon, name="abandon"),
    path("sessions/<uuid:pk>/addenda/", views.addendum, name="addendum"),
    path("sessions/<uuid:pk>/print/", views.printed, name="print"),
    path("stock/", views.cartridges, name="stock"),
    path("stock/recall/", views.recall, name="recall"),
    path("code/", views.code, name="code"),
]
