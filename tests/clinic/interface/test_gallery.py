"""The gallery: every component renders, only while developing."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_gallery_is_for_developers_alone(settings):
    settings.DEBUG = False
    assert Client().get("/interface/gallery").status_code == 404


@pytest.mark.django_db
def test_gallery_shows_every_component(settings, as_role):
    settings.DEBUG = True
    page = as_role("owner").get("/interface/gallery").content.decode()
    for part in (
        "top-bar",
        "patient-banner",
        "error-summary",
        "stepper",
        "timeline",
        "differences",
        "pagination",
        "<dialog",
    ):
        assert part in page
    # The policy of the server forbids styles and scripts in the page, so none may slip into a component.
    assert " style=" not in page and "<script>" not in page and "onclick" not in page
