"""Where the pages lie."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pinprick.clinic.intake.views import desk, phone, reviewing

app_name = "intake"
urlpatterns: list[URLPattern | URLResolver] = [
    path("of/<uuid:patient_id>/begin/", desk.begin, name="begin"),
    path("<uuid:response_id>/", desk.response, name="response"),
    path("<uuid:response_id>/fill/<slug:section_id>/", desk.section, name="section"),
    path("<uuid:response_id>/save/", desk.save, name="save"),
    path("<uuid:response_id>/sign/", desk.sign, name="sign"),
    path("<uuid:response_id>/link/", desk.link, name="link"),
    path("<uuid:response_id>/link/close/", desk.revoke, name="revoke"),
    path("<uuid:response_id>/withdraw/", desk.withdraw, name="withdraw"),
    path("<uuid:response_id>/review/", reviewing.review, name="review"),
    path("<uuid:response_id>/review/save/", reviewing.save, name="review_save"),
    path("f/<str:token>/", phone.start, name="phone"),
    path("f/<str:token>/save/", phone.save, name="phone_save"),
    path("f/<str:token>/sign/", phone.sign, name="phone_sign"),
    path("f/<str:token>/<slug:section_id>/", phone.section, name="phone_section"),
]
