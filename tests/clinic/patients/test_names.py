from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinprick.clinic.patients.dates import Partial, partial, readings
from pinprick.clinic.patients.names import alike, closeness, digits, distance, fold, words
from pinprick.clinic.patients.query import read


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("José", "jose"), ("Łukasz", "lukasz"), ("Straße", "strasse"), ("O’Brien", "obrien"), ("O'Brien", "obrien"),
        ("Шевченко", "shevchenko"), ("Ψάλτης", "psaltis"), ("Nuñez-Díaz", "nunez diaz"), ("  A   B ", "a b"),
        ("İstanbul", "istanbul"), ("محمد", "محمد"), ("", ""),
    ],
)  # fmt: skip
def test_names_fold_to_plain_letters(written, folded):
    assert fold(written) == folded


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_each_sign_of_a_chinese_name_is_a_word():
    assert set(words("王小明")) == {"王小明", "王", "小", "明"}


@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7))
def test_distance_is_symmetric_and_bounded(a, b):
    assert distance(a, b, 2) == distance(b, a, 2)
    assert (distance(a, b, 2) == 0) == (a == b)


@pytest.mark.parametrize(("a", "b"), [("smith", "smiht"), ("gonzalez", "gonsales"), ("catherine", "katherine")])
def test_slips_leave_words_close(a, b):
    assert closeness(a, b) >= 0.7


def test_different_names_are_not_alike():
    assert alike("Maria Lopez", "Maria López") == 1
    assert alike("Smith Mary", "Mary Smith") == 1
    assert alike("Anna Müller", "Peter Jones") < 0.3


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1994-03-12", "1994-03-12"), ("12/03/1994", "1994-03-12"), ("12.3.1994", "1994-03-12"),
        ("12 mar 1994", "1994-03-12"), ("12 de marzo de 1994", "1994-03-12"), ("March 12th, 1994", "1994-03-12"),
        ("03/1994", "1994-03"), ("1994", "1994"), ("marzo 1994", "1994-03"), ("12031994", "1994-03-12"),
        ("19940312", "1994-03-12"), ("31/12/99", "1999-12-31"), ("2024-02-29", "2024-02-29"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text, meant):
    assert str(partial(text)) == meant


@pytest.mark.parametrize(
    "text", ["", "soon", "2023-02-29", "13/13/1994", "0000", "12", "1/2/3/4", "12 foo 1994", "²/³/1994"]
)
def test_what_is_no_date_is_refused(text):
    assert partial(text) is None


def test_the_order_of_day_and_month_follows_the_country():
    assert str(partial("03/12/1994", month_first=True)) == "1994-03-12"
    assert str(partial("31/12/1994", month_first=True)) == "1994-12-31"
    assert [str(each) for each in readings("03/12/1994")] == ["1994-12-03", "1994-03-12"]


def test_a_month_spans_its_days():
    assert Partial(2024, 2).first == date(2024, 2, 1)
    assert Partial(2024, 2).last == date(2024, 2, 29)
    assert Partial(2024).last == date(2024, 12, 31)


@given(st.text(max_size=60))
def test_any_search_text_can_be_read(text):
    read(text)


def test_a_search_text_is_taken_apart():
    query = read("García 12/03/1994 maria")
    assert query.words == ("garcia", "maria")
    assert query.births == ((date(1994, 3, 12),) * 2, (date(1994, 12, 3),) * 2)
    assert read("#000123").number == 123
    assert read("+34 600 123 456").phone == "600123456"
    assert read("A@B.es").email == "a@b.es"
    assert read("maria 1980").births == ((date(1980, 1, 1), date(1980, 12, 31)),)
    assert not read("  ")


def test_phones_are_compared_by_their_last_nine_digits():
    assert digits("+44 (0)20 7946 0000") == digits("020 79460000")
