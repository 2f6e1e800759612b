import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from pinprick.clinic.patients import facts_record, merging, search, services
from pinprick.clinic.patients.models import Patient, PatientFacts
from pinprick.clinic.patients.query import read
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.concurrency import Stale
from pinprick.clinic.people.models import Membership
from pinprick.clinic.people.roles import Role
from pinprick.safety import Fact, Facts, screen
from pinprick.skin import Person


def person(**changes):
    return {"given_names": "María José", "family_names": "García Núñez", "birth_date": date(1994, 3, 12), **changes}


def names(member, text, **options):
    return [hit.patient.name for hit in search.find(member, read(text), **options)]


def test_numbers_are_given_in_order_within_an_organisation(foreign, acting):
    first, second = (services.register(acting, person()) for _ in range(2))
    assert (first.number, second.number) == (1, 2)
    other = Membership.objects.get(organisation=foreign, role=Role.CLINICIAN)
    with tenancy.acting_as(other):
        assert services.register(other, person()).number == 1


@pytest.mark.parametrize(
    "text",
    ["maria", "MARÍA", "garcia nunez", "Nunez Maria", "grcia", "garzia", "maria jos", "gar", "12/03/1994",
     "1994-03-12 mar", "1994 garcia", "1", "+34 600 12 34 56", "M.G@example.org", "march 12 1994"],
)  # fmt: skip
def test_a_patient_is_found_however_she_is_typed(acting, text):
    services.register(acting, person(phone="600 123 456", email="m.g@Example.org"))
    services.register(acting, {"given_names": "Peter", "family_names": "Okafor", "birth_date": date(1971, 7, 9)})
    assert names(acting, text)[:1] == ["María José García Núñez"]
    assert "Peter Okafor" not in names(acting, text)


def test_two_families_of_scripts_are_searched(acting):
    services.register(acting, {"given_names": "Ольга", "family_names": "Шевченко"})
    services.register(acting, {"given_names": "小明", "family_names": "王"})
    assert names(acting, "olga shevchenko") == ["Ольга Шевченко"]
    assert names(acting, "Shevchenk") == ["Ольга Шевченко"]
    assert names(acting, "王小明") == names(acting, "王") == ["小明 王"]


def test_a_new_name_is_found_and_the_old_is_not(acting):
    patient = services.register(acting, person())
    services.change(acting, patient, {"family_names": "Okonkwo"}, expected=1)
    assert names(acting, "okonkwo") == ["María José Okonkwo"]
    assert names(acting, "nunez") == []


def test_nobody_is_found_across_organisations(foreign, acting):
    services.register(acting, person())
    other = Membership.objects.get(organisation=foreign, role=Role.OWNER)
    with tenancy.acting_as(other):
        assert names(other, "maria") == []
        with connection.cursor() as cursor:
            for table in ("patients_patient", "patients_word", "patients_piece", "patients_name", "patients_counter"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,)


def test_a_likeness_is_named_with_its_reasons(acting):
    services.register(acting, person(phone="600 123 456", email="a@b.example"))
    same = services.likenesses(acting, person(given_names="Maria Jose", family_names="Garcia"))
    assert [str(reason) for reason in same[0].reasons] == ["same date of birth and a similar name"]
    assert services.likenesses(acting, person(given_names="Peter", family_names="Okafor")) == []
    by_contact = services.likenesses(acting, {"given_names": "P", "phone": "+34600123456", "email": "A@B.example"})
    assert len(by_contact[0].reasons) == 2


def test_of_two_who_edit_the_second_is_told(acting):
    mine = services.register(acting, person())
    theirs = Patient.objects.get(pk=mine.pk)
    services.change(acting, mine, {"phone": "1"}, expected=1)
    with pytest.raises(Stale) as fault:
        services.change(acting, theirs, {"phone": "2"}, expected=1)
    assert fault.value.current.phone == "1"


def test_an_archived_record_takes_no_changes_until_restored(acting):
    patient = services.register(acting, person())
    services.archive(acting, patient)
    assert names(acting, "maria") == []
    assert names(acting, "maria", archived=True) == ["María José García Núñez"]
    with pytest.raises(services.Closed):
        services.change(acting, patient, {"phone": "1"}, expected=patient.version)
    services.restore(acting, patient)
    assert names(acting, "maria") == ["María José García Núñez"]


def test_a_restricted_patient_is_hidden_from_others(acting, member):
    patient = services.register(acting, person())
    services.restrict(acting, patient, [acting])
    desk = member(Role.DESK)
    assert names(acting, "maria") == ["María José García Núñez"]
    assert names(desk, "maria") == names(desk, "1") == []
    assert services.likenesses(desk, person()) == []
    services.restrict(acting, patient, [desk])
    assert names(desk, "maria") == ["María José García Núñez"]
    services.restrict(acting, patient, [])
    assert names(member(Role.OWNER), "maria") == ["María José García Núñez"]


ISOTRETINOIN = Fact("oral_isotretinoin", "past", end=date(2026, 9, 20), origin="x")
NO_KELOID = Fact("keloid", "absent")


def said(*facts):
    return Facts(person=Person(), facts=facts, asked=frozenset(fact.concept for fact in facts))


def test_facts_are_kept_as_history_and_cannot_be_altered(acting):
    patient = services.register(acting, person(sex="female", phototype=3))
    first = services.record_facts(
        acting, patient, said(ISOTRETINOIN, NO_KELOID), origin="intake", as_of=date(2026, 10, 1)
    )
    services.record_facts(acting, patient, said(Fact("keloid", "past")), origin="check_in", as_of=date(2026, 11, 1))
    now = services.known(patient)
    assert {(fact.concept, fact.status) for fact in now.facts} == {("oral_isotretinoin", "past"), ("keloid", "past")}
    assert now.person.phototype == 3 and now.birth_date == date(1994, 3, 12)
    assert "SR019" in {finding.rule for finding in screen(now, on=date(2026, 11, 1)).findings}
    before = services.known(patient, date(2026, 10, 15))
    assert ("keloid", "absent") in {(fact.concept, fact.status) for fact in before.facts}
    with pytest.raises(IntegrityError), transaction.atomic():
        PatientFacts.objects.filter(pk=first.pk).update(content={})
    with pytest.raises(IntegrityError), transaction.atomic():
        PatientFacts.objects.filter(pk=first.pk).delete()


def test_not_known_does_not_wipe_out_what_is_on_record():
    after = facts_record.updated(said(ISOTRETINOIN), said(Fact("oral_isotretinoin", "unknown")))
    assert ISOTRETINOIN in after.facts


def test_merging_moves_everything_and_undoing_moves_it_back(acting):
    kept = services.register(acting, person())
    absorbed = services.register(acting, person(given_names="Marijose", phone="600 123 456"))
    own = services.record_facts(acting, kept, said(NO_KELOID), origin="intake", as_of=date(2026, 1, 1))
    theirs = services.record_facts(acting, absorbed, said(ISOTRETINOIN), origin="intake", as_of=date(2026, 1, 2))
    done = merging.merge(acting, kept, absorbed)
    kept.refresh_from_db()
    assert kept.phone == "600 123 456"
    assert {fact.concept for fact in services.known(kept).facts} == {"keloid", "oral_isotretinoin"}
    assert PatientFacts.objects.get(pk=theirs.pk).patient == kept
    assert names(acting, "marijose") == names(acting, "maria") == ["María José García Núñez"]
    merging.undo(acting, done)
    kept.refresh_from_db()
    assert kept.phone == ""
    assert PatientFacts.objects.get(pk=theirs.pk).patient == absorbed
    assert PatientFacts.objects.get(pk=own.pk).patient == kept
    assert {fact.concept for fact in services.known(kept).facts} == {"keloid"}
    assert {fact.concept for fact in services.known(absorbed).facts} == {"oral_isotretinoin"}
    assert sorted(names(acting, "garcia")) == ["Marijose García Núñez", "María José García Núñez"]


def test_undoing_a_merge_empties_facts_that_came_from_the_other(acting):
    kept, absorbed = services.register(acting, person()), services.register(acting, person(given_names="Mar"))
    services.record_facts(acting, absorbed, said(ISOTRETINOIN), origin="intake", as_of=date(2026, 1, 2))
    done = merging.merge(acting, kept, absorbed)
    assert services.known(kept).facts == (ISOTRETINOIN,)
    merging.undo(acting, done)
    assert services.known(Patient.objects.get(pk=kept.pk)).facts == ()
    assert services.known(Patient.objects.get(pk=absorbed.pk)).facts == (ISOTRETINOIN,)


def test_merging_a_restricted_record_does_not_open_it(acting, member):
    kept, absorbed = services.register(acting, person()), services.register(acting, person(given_names="Mar"))
    services.restrict(acting, absorbed, [acting])
    merging.merge(acting, kept, absorbed)
    assert names(member(Role.DESK), "garcia") == []
    assert names(acting, "garcia") == ["María José García Núñez"]


def test_a_record_is_not_merged_with_itself_or_twice(acting):
    kept, absorbed = services.register(acting, person()), services.register(acting, person())
    with pytest.raises(merging.Unmergeable):
        merging.merge(acting, kept, kept)
    done = merging.merge(acting, kept, absorbed)
    with pytest.raises(merging.Unmergeable):
        merging.merge(acting, kept, absorbed)
    merging.undo(acting, done)
    with pytest.raises(merging.Unmergeable):
        merging.undo(acting, done)


@pytest.mark.django_db(transaction=True)
def test_many_at_the_desk_get_different_numbers(clinician):
    def enrol(place):
        try:
            with tenancy.acting_as(clinician):
                return services.register(clinician, person(given_names=f"Name{place}")).number
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(enrol, range(18))) == list(range(1, 19))


@pytest.mark.parametrize(
    ("given", "family", "typed"),
    [
        ("محمد", "الأحمد", "محمد"),
        ("נועה", "לוי", "לוי נועה"),
        # Joined in Persian by a sign that nobody types when searching.
        ("می\u200cنا", "تهرانی", "مینا"),
        ("Zoë", "Ångström", "Zoe\u0308 A\u030angstro\u0308m"),
        ("Nguyễn", "Thị Hồng", "nguyen thi hong"),
        ("\u200fمحمد\u200f", "Al\u00adAhmad", "alahmad"),
        ("O’Neill", "D'Souza", "oneill dsouza"),
    ],
)
def test_names_of_every_script_and_spelling_are_found(acting, given, family, typed):
    made = services.register(acting, {"given_names": given, "family_names": family})
    services.register(acting, {"given_names": "Peter", "family_names": "Okafor"})
    assert [hit.patient.pk for hit in search.find(acting, read(typed))] == [made.pk]
    assert [hit.patient.pk for hit in search.find(acting, read(unicodedata.normalize("NFD", made.name)))] == [made.pk]


def test_a_name_turns_no_text_around_it_and_is_kept_composed(acting):
    given = {"given_names": "Ann\u202eegdirb\u202c", "family_names": "Zoe\u0308\u2066\x07  Holm"}
    made = services.register(acting, given)
    assert made.name == "Annegdirb Zoë Holm"
    assert services.register(acting, {"given_names": "می\u200cنا", "family_names": "ت"}).given_names == "می\u200cنا"


def test_the_longest_names_fit_everywhere(acting, as_role):
    made = services.register(acting, {"given_names": "Ж" * 100, "family_names": "W" * 100, "known_as": "x" * 50})
    assert names(acting, "W" * 100) == [made.name]
    client = as_role(Role.OWNER)
    for path in ("/patients/", f"/patients/{made.pk}/", f"/patients/{made.pk}/edit/", "/patients/?q=" + "W" * 200):
        assert client.get(path).status_code == 200
    longer = client.post("/patients/new/", {"given_names": "Ж" * 101, "family_names": "W", "language": "en"})
    assert longer.status_code == 422
    assert "Ж" * 101 in longer.content.decode()


def test_a_record_changed_meanwhile_is_put_away_as_it_stands(acting):
    """Whoever puts a record away, restricts it or takes it back works on it as it stands, not as a page showed it."""
    made = services.register(acting, person())
    seen = Patient.objects.get(pk=made.pk)
    services.change(acting, made, {"note": "Changed by somebody else."}, expected=1)
    services.archive(acting, seen)
    services.restore(acting, Patient.objects.get(pk=made.pk))
    services.restrict(acting, Patient.objects.get(pk=made.pk), [acting])
    assert Patient.objects.get(pk=made.pk).note == "Changed by somebody else."
