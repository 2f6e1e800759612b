"""A signed consent reads back whole from its PDF, and no byte of it can change unnoticed."""

import random
import re
import shutil
import stat
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import pinprick
from pinprick.clinic.consent import content, document, drawing, phrases, seal, template, verify
from pinprick.clinic.plans import frozen

EXAMPLE = Path(__file__).parents[3] / "examples" / "acne-scars.toml"
AT = datetime(2026, 11, 21, 9, 30, 5, tzinfo=UTC)
PATH = "M10 100L200 50L300.5 150M320 10L320.5 90"
PARTIES = content.Parties("José Ñandú Łuczak", "1990-05-01", "Dr North", "North Clinic", "", "+34 91 000 00 00", "")


@pytest.fixture(scope="module")
def plan():
    made = pinprick.plan(pinprick.Case.load(EXAMPLE), on=date(2026, 11, 21), draws=20)
    stored = frozen.freeze(made, {"draws": 20}, {})
    return frozen.read(stored.content, stored.content_hash)


def signed(plan, language="en", path=PATH):
    found = content.generate(plan, "a" * 64, template.read(template.packaged(), 1), language, PARTIES)
    signature = document.Signed(PARTIES.patient, path, AT, "link", content.content_hash(found), "Europe/Madrid")
    return found, document.consent_pdf(found, signature, AT)


@pytest.fixture(scope="module")
def owner(tmp_path_factory):
    return seal.identity(tmp_path_factory.mktemp("data"), uuid.uuid4(), "North Clinic")


@pytest.fixture(scope="module")
def sealed(plan, owner):
    return seal.sealed(signed(plan)[1], owner, reason="Consent", place="North Clinic")


def read_back(pdf, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext of poppler is not installed")
    (tmp_path / "read.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", "read.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    # A word broken at the end of a line carries a soft hyphen.
    return letters(done.stdout.decode().replace("\u00ad\n", ""))


def letters(text):
    return re.sub(r"[\s\f]|North Clinic\s+\d+ / \d+", "", text)


@pytest.mark.parametrize("language", phrases.LANGUAGES)
def test_everything_that_was_shown_reads_back_from_the_file(plan, language, tmp_path):
    found, pdf = signed(plan, language)
    back = re.sub(r"NorthClinic\d+/\d+", "", read_back(pdf, tmp_path).replace("-", ""))
    missing = []
    for part in found["parts"]:
        for item in part["items"]:
            cells = (
                [cell for row in item["rows"] for cell in row["cells"]] if item["kind"] == "table" else [item["text"]]
            )
            texts = (phrases.plain(cell) for cell in cells)
            missing += [text for text in texts if letters(text).replace("-", "") not in back]
    assert not missing
    for fact in (PARTIES.patient, content.content_hash(found), found["declaration"], "10:30:05"):
        assert letters(fact) in back


def test_the_file_is_tagged_names_its_language_and_describes_the_drawing(plan):
    import io

    from pyhanko.pdf_utils.reader import PdfFileReader

    root = PdfFileReader(io.BytesIO(signed(plan, "es")[1])).root
    assert root["/Lang"] == "es"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root


def test_a_signature_without_a_drawing_is_said_to_be_one(plan, tmp_path):
    assert letters("Signed by typing the name") in read_back(signed(plan, path="")[1], tmp_path)


def test_letters_of_any_script_are_set(plan, tmp_path):
    found = content.generate(plan, "a" * 64, template.read(template.packaged(), 1), "en", PARTIES)
    signature = document.Signed("Жанна 王芳", PATH, AT, "device", content.content_hash(found), "UTC")
    assert document.consent_pdf(found, signature, AT).startswith(b"%PDF")


def test_the_seal_is_sound_and_knows_its_owner(sealed, owner, tmp_path):
    found = verify.verify(sealed, [owner.certificate])
    assert found.sound
    assert found.sealed_at is not None
    stranger = seal.identity(tmp_path, uuid.uuid4(), "Other")
    assert verify.verify(sealed, [stranger.certificate]).reason == "other_seal"


def test_a_file_without_a_seal_or_no_file_at_all_is_told_so(plan, owner):
    assert verify.verify(signed(plan)[1], [owner.certificate]).reason == "unsealed"
    nested = b"%PDF-1.7\n" + b"[" * 100_000 + b"\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"
    for rubbish in (b"", b"%PDF-1.7", b"x" * 1000, b"\x00" * 10, nested):
        assert not verify.verify(rubbish, [owner.certificate]).sound


def _flipped(sealed, place, bit):
    other = bytearray(sealed)
    other[place] ^= 1 << bit
    return bytes(other)


def test_any_byte_changed_breaks_it(sealed, owner):
    """Over the whole file, and closely inside the seal itself, which no digest covers."""
    rng = random.Random(7)
    begin = sealed.rindex(b"/Contents <")
    end = sealed.index(b">", begin)
    places = [rng.randrange(len(sealed)) for _ in range(60)]
    places += [rng.randrange(begin, begin + 3600) for _ in range(60)]
    places += [0, 5, begin + 10, begin + 11, end - 1, end, end + 1, len(sealed) - 1]
    for place in places:
        assert not verify.verify(_flipped(sealed, place, rng.randrange(8)), [owner.certificate]).sound, place


@pytest.mark.slow
def test_bytes_all_over_the_file_and_every_byte_of_the_seal_break_it(sealed, owner):
    begin = sealed.rindex(b"/Contents <")
    places = [*range(0, len(sealed), 97), *range(begin, begin + 3700)]
    kept = [place for place in places if verify.verify(_flipped(sealed, place, place % 8), [owner.certificate]).sound]
    assert not kept


def test_digits_of_the_seal_written_otherwise_break_it(sealed, owner):
    """A lower-case digit means the same number, and is a changed byte all the same."""
    begin = sealed.rindex(b"/Contents <") + 11
    place = next(place for place in range(begin, begin + 4000) if sealed[place : place + 1] in b"ABCDEF")
    other = sealed[:place] + sealed[place : place + 1].lower() + sealed[place + 1 :]
    assert not verify.verify(other, [owner.certificate]).sound


def test_anything_added_or_cut_off_breaks_it(sealed, owner):
    for other in (sealed + b"\n", sealed + b"%%EOF", sealed[:-1], b" " + sealed, sealed + sealed):
        assert not verify.verify(other, [owner.certificate]).sound


def test_the_key_is_kept_for_its_owner_alone_and_made_once(tmp_path):
    organisation = uuid.uuid4()
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: seal.identity(tmp_path, organisation, "North"), range(8)))
    assert len(found) == 1
    file = tmp_path / "seals" / f"{organisation}.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_a_renewed_seal_is_another_and_what_was_sealed_before_stays_sound(plan, tmp_path):
    who = uuid.uuid4()
    first = seal.identity(tmp_path, who, "North Clinic")
    before = seal.sealed(signed(plan)[1], first, reason="Consent", place="North Clinic")
    second = seal.renew(tmp_path, who, "North Clinic")
    assert second.key != first.key and seal.identity(tmp_path, who, "North Clinic") == second
    after = seal.sealed(signed(plan)[1], second, reason="Consent", place="North Clinic")
    assert verify.verify(before, [first.certificate]).sound and verify.verify(after, [second.certificate]).sound
    assert not verify.verify(after, [first.certificate]).sound
    # The old private key is not kept anywhere.
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "seals").iterdir()] == [0o600]


def test_only_lines_inside_the_field_are_a_drawing():
    assert drawing.strokes(f" {PATH} ") == PATH
    assert drawing.strokes("") == ""
    for bad in ("M1 1 Q2 2 3 3", 'M1 1"/><script>', "M700 10L10 10", "M10 10L10 301", "L1 1", "M1 1" * 20_000):
        with pytest.raises(drawing.Unreadable):
            drawing.strokes(bad)
    assert drawing.is_signature(PATH)
    assert not drawing.is_signature("M10 10L12 11")
    assert not drawing.is_signature("")
