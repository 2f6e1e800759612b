"""The patient's own pages, without a script: read, answer, sign, refuse, keep a copy."""

import html

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pinprick.clinic.consent import services
from pinprick.clinic.consent.models import Consent, Event, Signature
from pinprick.clinic.links.models import Link

from ..english import english

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(acting, offered):
    return services.hand_over(acting, offered, "link")


@pytest.fixture
def phone():
    return Client()


def at(name, token):
    return reverse(f"consent:{name}", args=[token])


def text(answer):
    return html.unescape(answer.content.decode())


def form(consent, tools, **other):
    values = {"name": "Ana Ruiz", "path": tools.strokes, "agreed": "on", "shown_hash": consent.content_hash}
    return values | other


def test_every_word_of_the_consent_is_on_the_pages(phone, token, offered, tools):
    from pinprick.clinic.consent.phrases import plain

    for part in offered.read["parts"]:
        shown = text(phone.get(at("read", token), {"part": part["id"]}))
        for item in part["items"]:
            cells = (
                [cell for row in item["rows"] for cell in row["cells"]] if item["kind"] == "table" else [item["text"]]
            )
            assert all(plain(cell) in shown for cell in cells)


def test_reading_part_by_part_leads_to_the_signature(phone, token, offered, tools):
    assert phone.get(at("sign", token)).url == at("read", token)
    for part in offered.read["parts"]:
        answer = (part["question"] or {}).get("right", "")
        done = phone.post(at("read", token), {"part": part["id"], "answer": answer})
        assert done.status_code == 302
    assert done.url == at("sign", token)
    signed = phone.post(at("sign", token), form(offered, tools), HTTP_USER_AGENT="Phone/2", follow=True)
    assert "Signed. Thank you." in text(signed)
    row = Signature.objects.get()
    assert (row.name, row.how, row.user_agent, row.created_by.role) == ("Ana Ruiz", "link", "Phone/2", "clinician")
    copy = phone.get(at("copy", token))
    assert copy.content.startswith(b"%PDF")
    again = phone.post(at("sign", token), form(offered, tools, name="Ana Peña"), follow=True)
    assert "Signed. Thank you." in text(again)
    assert Signature.objects.count() == 1


def test_a_wrong_answer_is_said_at_the_question_and_leads_nowhere(phone, token):
    page = phone.post(at("read", token), {"part": "risks", "answer": "b"})
    assert page.status_code == 422
    assert "That is not what this part says" in text(page)
    for bad in ("", "zz"):
        page = phone.post(at("read", token), {"part": "risks", "answer": bad})
        assert page.status_code == 422
        assert "Choose one of the answers." in text(page)


def test_who_wants_to_talk_is_given_the_number(phone, token, offered):
    page = phone.post(at("read", token), {"part": "risks", "answer": "talk"})
    assert "tel:+44 20 7946 0000" in text(page)
    offered.refresh_from_db()
    assert offered.talk_wanted_at is not None


def test_what_was_typed_and_drawn_survives_a_missing_field(phone, token, offered, tools):
    tools.read_all(offered)
    page = phone.post(at("sign", token), form(offered, tools, agreed=""))
    assert page.status_code == 422
    shown = text(page)
    assert tools.strokes in shown
    assert 'value="Ana Ruiz"' in shown
    assert "Tick this to agree." in shown
    page = phone.post(at("sign", token), form(offered, tools, name=""))
    assert 'aria-invalid="true"' in text(page)
    assert "id_name_error" in text(page)
    assert tools.strokes in text(page)
    assert not Signature.objects.exists()


def test_an_empty_form_signs_nothing(phone, token, offered, tools):
    tools.read_all(offered)
    for sent in ({}, {"path": "x" * 100_000}, {"name": "Ana\x00"}, form(offered, tools, path="M1 1")):
        assert phone.post(at("sign", token), sent).status_code == 422
    assert Consent.objects.get().state == "offered"


def test_the_text_shown_must_be_the_text_signed(phone, token, offered, tools):
    tools.read_all(offered)
    page = phone.post(at("sign", token), form(offered, tools, shown_hash="f" * 64))
    assert page.status_code == 422
    assert "older text" in text(page)


def test_refusing_needs_no_reason_and_is_final_for_this_link(phone, token, offered):
    page = phone.post(at("refuse", token), {"reason": ""}, follow=True)
    assert "You refused." in text(page)
    assert Event.objects.get().kind == "refused"
    assert phone.get(at("sign", token)).status_code == 200
    assert phone.get(at("copy", token)).status_code == 404


def test_a_changed_plan_is_shown_as_a_difference_before_it_is_signed(acting, phone, signed, changed_plan, tools):
    asked = services.offer(acting, changed_plan(), "en")
    token = services.hand_over(acting, asked, "device")
    page = text(phone.get(at("read", token)))
    assert "What changed since you signed" in page
    assert "<del>1 mm</del>" in page
    assert "<ins>1.5 mm</ins>" in page
    tools.read_all(asked)
    done = phone.post(at("sign", token), form(asked, tools), follow=True)
    assert "Signed." in text(done)
    asked.refresh_from_db()
    assert asked.signature.how == "device"


def test_a_link_that_is_old_unknown_or_taken_back_opens_nothing(phone, token):
    assert phone.get(at("read", "nothing")).status_code == 410
    Link.objects.update(expires_at=timezone.now())
    for name in ("read", "sign", "copy"):
        assert phone.get(at(name, token)).status_code == 410
    assert phone.post(at("refuse", token)).status_code == 410


def test_the_page_speaks_the_language_of_the_consent(acting, phone, plan):
    consent = services.offer(acting, plan, "es")
    page = text(phone.get(at("read", services.hand_over(acting, consent, "link"))))
    assert '<html lang="es"' in page
    assert "Qué se va a hacer" in page
    assert english(page) == []


def test_the_page_is_not_kept_by_the_browser(phone, token):
    assert "no-store" in phone.get(at("read", token))["Cache-Control"]


def test_an_unknown_part_is_not_found(phone, token):
    assert phone.get(at("read", token), {"part": "nothing"}).status_code == 404
