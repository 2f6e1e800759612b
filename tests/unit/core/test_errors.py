from pinprick.errors import InputError, InputErrors


def test_message_names_every_particular_in_reading_order():
    fault = InputError(
        "needle too long",
        file="case.toml",
        field="technique.needle_length_mm",
        given=3.0,
        limit="at most 2.5 mm",
        origin="SkinPen Precision label",
        remedy="choose a shorter needle",
    )
    lines = str(fault).splitlines()
    assert lines[0] == "needle too long"
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["file", "field", "given", "limit", "from", "do"]


def test_absent_particulars_leave_no_empty_lines():
    assert str(InputError("empty file")) == "empty file"


def test_a_huge_value_does_not_fill_the_screen():
    assert max(len(line) for line in str(InputError("bad", given="x" * 10_000)).splitlines()) < 140


def test_many_problems_stay_on_one_screen_and_are_counted():
    problems = [InputError(f"problem {i}", file="case.toml", field=f"f{i}", limit="x", remedy="y") for i in range(40)]
    lines = str(InputErrors(problems, file="case.toml")).splitlines()
    assert lines[0] == "40 problems in case.toml"
    assert len(lines) <= 24
    shown = sum(line.startswith("problem") for line in lines)
    assert shown >= 4
    assert lines[-1] == f"… and {40 - shown} more"


def test_the_file_of_several_problems_is_named_once():
    text = str(InputErrors([InputError(f"problem {i}", file="c.toml", field=f"f{i}") for i in range(3)], file="c.toml"))
    assert text.count("c.toml") == 1
    assert "more" not in text


def test_a_single_problem_is_shown_as_itself():
    assert str(InputErrors([InputError("empty zones")], file="c.toml")) == "empty zones"
