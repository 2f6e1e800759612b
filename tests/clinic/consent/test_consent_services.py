"""Consents on a real database: offered, read, signed once, outdated, refused, withdrawn; and the gate for sessions."""

import hashlib
import threading

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from pinprick.clinic.consent import seal, services, verify
from pinprick.clinic.consent.content import Unfit
from pinprick.clinic.consent.models import Consent, Event, Signature, SignedFile, Template
from pinprick.clinic.people import tenancy

pytestmark = pytest.mark.django_db


def test_without_a_signature_no_session_opens(acting, plan):
    assert services.valid_for(plan) is None
    assert services.standing(plan).reason == "none"
    services.offer(acting, plan, "en")
    assert services.valid_for(plan) is None
    assert services.standing(plan).reason == "offered"


def test_signing_makes_it_valid_and_keeps_what_was_shown(signed, plan):
    assert services.valid_for(plan) == signed
    row = signed.signature
    assert (row.name, row.how, row.user_agent) == ("Ana Ruiz", "link", "Test/1.0")
    assert row.shown_hash == signed.content_hash
    assert row.answers["risks"]["right"] is True
    file = signed.file
    assert verify.verify(bytes(file.document), [file.certificate]).sound
    owner = seal.identity(settings.DATA, signed.organisation_id, "")
    assert file.certificate == owner.certificate


def test_offering_again_gives_the_same_and_another_language_replaces_it(acting, plan, offered):
    assert services.offer(acting, plan, "en") == offered
    spanish = services.offer(acting, plan, "es")
    assert spanish != offered
    offered.refresh_from_db()
    assert offered.state == "replaced"
    with pytest.raises(services.Refused, match="closed"), transaction.atomic():
        services.answer(offered, "result", "b")


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "Somebody Else"}),
        ("name", {"name": "  -  "}),
        ("agreed", {"agreed": False}),
        ("path", {"path": ""}),
        ("path", {"path": "M10 10L11 11"}),
        ("path", {"path": '"><script>alert(1)</script>'}),
        (None, {"shown_hash": "0" * 64}),
    ],
)
def test_an_unsigned_or_half_signed_consent_never_passes(offered, plan, tools, field, other):
    tools.read_all(offered)
    with pytest.raises(services.Refused) as refused, transaction.atomic():
        services.sign(offered, tools.given(offered, **other))
    assert refused.value.field == field
    assert not Signature.objects.exists()
    assert services.valid_for(plan) is None


def test_unread_parts_are_not_signed(offered, tools):
    with pytest.raises(services.Refused) as refused, transaction.atomic():
        services.sign(offered, tools.given(offered))
    assert refused.value.field == "parts"
    assert services.unread(offered)[0] == "treatment"
    assert services.answer(offered, "risks", "b") is False
    assert "risks" in services.unread(offered)
    assert services.answer(offered, "risks", "a") is True
    assert offered.progress["risks"]["tries"] == 2
    with pytest.raises(services.Refused), transaction.atomic():
        services.answer(offered, "risks", "z")


def test_who_wants_to_talk_first_is_not_led_on(offered, plan, tools):
    tools.read_all(offered)
    assert services.answer(offered, "result", "talk") is False
    assert services.standing(plan).reason == "talk"
    assert Event.objects.get().kind == "talk"
    with pytest.raises(services.Refused), transaction.atomic():
        services.sign(offered, tools.given(offered))
    services.answer(offered, "result", "b")
    assert services.standing(plan).reason == "offered"


def test_signing_twice_is_signing_once(signed, tools):
    again = services.sign(signed, tools.given(signed, name="Ana Peña", path=""))
    assert again.signature.name == "Ana Ruiz"
    assert Signature.objects.count() == SignedFile.objects.count() == 1


def test_typing_alone_is_a_way_to_sign_and_is_kept_as_such(offered, tools):
    tools.read_all(offered)
    done = services.sign(offered, tools.given(offered, path="", typed_instead=True, name="RUIZ PENA"))
    assert done.is_signed
    assert done.signature.path == ""


def test_a_changed_plan_asks_again_and_shows_the_difference(acting, signed, changed_plan):
    newer = changed_plan()
    assert services.valid_for(newer) is None
    assert services.standing(newer).reason == "plan_changed"
    signed.plan.refresh_from_db()
    assert services.valid_for(signed.plan) is None
    asked = services.offer(acting, newer, "en")
    assert asked.previous == signed
    found = services.changes(asked)
    assert [cell for change in found for cell in change.cells] == [("Cheeks, Needle length as set", "1 mm", "1.5 mm")]
    in_spanish = services.changes(services.offer(acting, newer, "es"))
    assert [cell for change in in_spanish for cell in change.cells] == [
        ("Mejillas, Longitud de aguja ajustada", "1 mm", "1,5 mm")
    ]


def test_a_superseded_plan_is_not_signed_any_more(offered, changed_plan, tools):
    tools.read_all(offered)
    changed_plan()
    with pytest.raises(services.Refused, match="plan has changed"), transaction.atomic():
        services.sign(offered, tools.given(offered))


def test_a_new_text_asks_again_and_old_texts_stay(member, acting, signed, plan):
    owner = member("owner")
    first = Template.objects.get()
    with tenancy.acting_as(owner):
        same = services.publish(owner, {}, "")
        assert same == first
        second = services.publish(owner, {"en": ["Photographs are kept for ten years."]}, "Photographs")
    assert (second.number, first.number) == (2, 1)
    assert services.standing(plan).reason == "template_changed"
    asked = services.offer(acting, plan, "en")
    assert [change.after for change in services.changes(asked)] == ["Photographs are kept for ten years."]
    signed.refresh_from_db()
    assert signed.template == first
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        Template.objects.filter(pk=first.pk).update(content="{}")


def test_refusal_and_withdrawal_are_recorded_and_close_the_gate(acting, signed, plan, member):
    services.withdraw(acting, signed, "Pregnant")
    services.withdraw(acting, signed, "twice")
    assert services.standing(plan).reason == "withdrawn"
    event = Event.objects.get()
    assert (event.kind, event.reason, event.created_by) == ("withdrawn", "Pregnant", acting)
    asked = services.offer(acting, plan, "en")
    assert asked.pk != signed.pk
    services.refuse(asked, "")
    services.refuse(asked, "")
    assert services.standing(plan).reason == "refused"
    with pytest.raises(services.Refused), transaction.atomic():
        services.withdraw(acting, asked, "")
    assert Event.objects.filter(kind="refused").count() == 1


def test_the_database_itself_keeps_contents_and_signatures(signed, offered):
    attempts = [
        lambda: Consent.objects.filter(pk=signed.pk).update(content="{}"),
        lambda: Consent.objects.filter(pk=signed.pk).update(state="offered", decided_at=None),
        lambda: Consent.objects.filter(pk=signed.pk).update(progress={}),
        lambda: Consent.objects.filter(pk=signed.pk)._raw_delete("default"),
        lambda: Signature.objects.filter(consent=signed).update(name="Somebody"),
        lambda: SignedFile.objects.filter(consent=signed).update(document=b"x"),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert services.valid_for(signed.plan) == signed


def test_the_database_refuses_signed_without_a_signature(acting, offered):
    with pytest.raises(IntegrityError, match="no signature"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE consent_consent SET state = 'signed', decided_at = now() WHERE id = %s", [offered.pk])


def test_no_consent_without_a_telephone_number(acting, plan):
    acting.organisation.phone = ""
    acting.organisation.save()
    with pytest.raises(Unfit, match="telephone"), transaction.atomic():
        services.offer(acting, plan, "en")
    assert not Consent.objects.exists()


def test_another_organisation_sees_nothing_of_it(foreign, signed):
    stranger = foreign.memberships.get(role="owner")
    with tenancy.acting_as(stranger):
        assert not Consent.objects.exists()
        assert not SignedFile.objects.exists()


def test_an_altered_content_is_never_shown(signed, plan):
    signed.content = signed.content.replace("1 mm", "2 mm")
    from pinprick.clinic.plans.frozen import Altered

    with pytest.raises(Altered):
        services.shown(signed)


@pytest.mark.django_db(transaction=True)
def test_two_who_press_sign_at_once_make_one_signature(transactional_db, clinician, computed, tools):
    from django.db import connections

    with tenancy.acting_as(clinician):
        # Made here, outside a transaction, so that both threads see it.
        plan = tools.make_plan(clinician, tools.make_patient(clinician), computed)
        consent = services.offer(clinician, plan, "en")
        tools.read_all(consent)
    gate, found = threading.Barrier(2), []

    def press():
        try:
            with tenancy.acting_as(clinician):
                gate.wait()
                found.append(services.sign(Consent.objects.get(pk=consent.pk), tools.given(consent)).signature.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 2
    assert len(set(found)) == 1


def test_every_stored_consent_is_checked_and_an_altered_one_is_found(signed, tmp_path):
    """The database refuses to alter one, so the guard is lifted for the test as a tampering owner would lift it."""
    from django.core.management import CommandError, call_command

    from pinprick.clinic.consent.integrity import Fault, faults

    assert list(faults()) == []
    call_command("verify_consents")
    whole = bytes(signed.file.document)
    (tmp_path / "copy.pdf").write_bytes(whole)
    call_command("verify_consents", str(tmp_path / "copy.pdf"))
    (tmp_path / "copy.pdf").write_bytes(whole.replace(b"/Lang", b"/Lung"))
    with pytest.raises(SystemExit):
        call_command("verify_consents", str(tmp_path / "copy.pdf"))
    with pytest.raises(CommandError):
        call_command("verify_consents", str(tmp_path / "nothing.pdf"))
    tenancy.leave()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE consent_signedfile DISABLE TRIGGER consent_signedfile_frozen")
        cursor.execute("ALTER TABLE consent_consent DISABLE TRIGGER consent_consent_life")
    other = whole.replace(b"/Lang", b"/Lung")
    SignedFile.objects.filter(consent=signed).update(document=other, sha256=hashlib.sha256(other).hexdigest())
    Consent.objects.filter(pk=signed.pk).update(content=signed.content.replace("1 mm", "3 mm"))
    assert set(faults()) == {Fault(signed.pk, "content"), Fault(signed.pk, "seal")}
    with pytest.raises(SystemExit):
        call_command("verify_consents")


def test_a_minor_is_signed_for_by_a_guardian_as_well_by_the_rule_on_record(acting, computed, tools):
    from datetime import date

    from pinprick.clinic.consent import guardian
    from pinprick.safety import rules

    case = next(one for one in rules()["SR018"].cases if one.name == "under_18")
    assert guardian.age_limit() == case.age["under"]
    on = date(2026, 11, 21)
    assert guardian.needed(date(2008, 11, 22), None, on)
    assert not guardian.needed(date(2008, 11, 21), None, on)
    assert guardian.needed(None, 17.0, on)
    assert not guardian.needed(None, None, on)
    patient = tools.make_patient(acting)
    patient.birth_date = date.today().replace(year=date.today().year - 15, day=1)
    patient.save()
    consent = services.offer(acting, tools.make_plan(acting, patient, computed), "en")
    assert consent.read["declaration"].startswith("As the guardian")
    tools.read_all(consent)
    for name in ("", "Ana Ruiz", "--"):
        with pytest.raises(services.Refused) as refused, transaction.atomic():
            services.sign(consent, tools.given(consent, guardian=name))
        assert refused.value.field == "guardian"
    done = services.sign(consent, tools.given(consent, guardian="Marta Peña"))
    assert done.signature.guardian == "Marta Peña"


def test_a_guardian_is_not_kept_for_who_needs_none(offered, tools):
    tools.read_all(offered)
    assert services.sign(offered, tools.given(offered, guardian="Somebody")).signature.guardian == ""
