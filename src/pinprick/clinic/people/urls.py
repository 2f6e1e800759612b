"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from pinprick.clinic.people import views
from pinprick.clinic.people.access import public

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("setup/<str:token>/", views.first_run, name="first_run"),
    path("join/<str:token>/", views.join, name="join"),
    path("staff/", views.staff, name="staff"),
    path("staff/<uuid:pk>/", views.colleague, name="colleague"),
    path("staff/<uuid:pk>/active/", views.set_active, name="set_active"),
    path("staff/<uuid:pk>/password/", views.new_password, name="new_password"),
    path("staff/<uuid:pk>/second-factor/", views.remove_second_factor, name="remove_second_factor"),
    path("staff/invitations/<uuid:pk>/revoke/", views.revoke, name="revoke"),
    path("clinic/", views.clinic, name="clinic"),
    path("clinic/sites/new/", views.site, name="new_site"),
    path("clinic/sites/<uuid:pk>/", views.site, name="site"),
    path("me/", views.me, name="me"),
    path("me/clinics/<uuid:pk>/", views.switch, name="switch"),
    path("me/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("language/", public(set_language), name="language"),
]
