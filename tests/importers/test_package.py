"""A package of the public record goes into an empty Readout and comes out of it byte by byte as it was."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests import factories as make
from tests.exports.test_hiding import (
    SECRET,
    a_draft_with_everything_secret,
    a_public_meeting_on_a_draft_tour,
)
from tests.pages.world import make_world
from visits.exports.package import DESCRIPTOR, write_package
from visits.exports.tables import TABLES
from visits.importers.package import ACCOUNT, import_package
from visits.importers.package_files import BadPackage
from visits.models import (
    EditorialEvent,
    ExternalIdentifier,
    ImportBatch,
    Meeting,
    Official,
    OfficialName,
    Party,
    PartyName,
    Place,
    Source,
    Tour,
    User,
)

pytestmark = pytest.mark.django_db


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def exported_from(fill: Callable[[], Any], target: Path) -> Path:
    """The package of a record that is there for as long as it takes to write it."""
    with transaction.atomic():
        fill()
        write_package(target)
        transaction.set_rollback(True)
    return target


def everything() -> None:
    """Something in every table and in every column that can be blank."""
    world = make_world()
    make_world(start_date="2024-01")
    OfficialName.objects.create(official=world.principal, name="Сапт", language="ru", valid_from="1990")
    PartyName.objects.create(party=world.host, name="=Old\n“name”, with 'quotes'", valid_to="1918-11")
    world.source.contributors.create(name="Anthony Hope", role="author", position=2)
    world.source.contributors.create(name="- R. Rassendyll", role="editor", position=1)
    world.host.succeeded_by.set([world.league, Party.objects.get(code="TR")])
    world.place.claimed_by.set([world.visitor])
    Place.objects.filter(pk=world.place.pk).update(administered_by=world.host)
    world.meeting.points.all()[0].other_topics.set([make.make_topic(), world.topic])
    times = {"start_time": "15:30", "end_time": "16:00:30", "time_zone": "Europe/Istanbul"}
    Meeting.objects.filter(pk=world.meeting.pk).update(**times, summary="+1\n\n\t–  two  \n@end ")
    Source.objects.filter(pk=world.source.pk).update(url="https://example.org/a,b?x=1#y", reliability="B")
    Party.objects.filter(code="TR").update(description="Changed by an analyst.")
    Party.objects.filter(code="XK").update(region="039")
    Party.objects.filter(code="AQ").delete()
    for owner in ("tour", "stop", "meeting", "place", "topic", "source"):
        ExternalIdentifier.objects.create(**{owner: getattr(world, owner)}, scheme="atlas", value=f"={owner}")
    a_public_meeting_on_a_draft_tour()


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    first = exported_from(everything, tmp_path / "first")
    counts = import_package(first)
    write_package(tmp_path / "second")
    assert contents(tmp_path / "second") == contents(first)
    described = json.loads((first / DESCRIPTOR).read_bytes())
    rows = {part["name"]: part["rows"] for part in described["resources"]}
    assert [name for name, number in rows.items() if not number] == []
    added = {name: rows[name] - number for name, number in counts.items() if rows[name] != number}
    assert set(added) == {"parties", "places"}


def test_an_archive_is_the_same_package(tmp_path: Path) -> None:
    def twice() -> None:
        make_world()
        write_package(tmp_path / "again.zip")
        write_package(tmp_path / "folder")

    exported_from(twice, tmp_path / "first.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert inside == contents(tmp_path / "folder")
    import_package(tmp_path / "first.zip")
    write_package(tmp_path / "second.zip")
    assert (tmp_path / "second.zip").read_bytes() == (tmp_path / "first.zip").read_bytes()


def test_the_package_says_what_is_in_it(tmp_path: Path) -> None:
    def fill() -> None:
        make_world()
        Tour.objects.update(published_at="2033-05-01T12:00:00Z")

    folder = exported_from(fill, tmp_path / "package")
    said = json.loads((folder / DESCRIPTOR).read_bytes())
    assert (said["version"], said["created"]) == ("1.0.0", "2033-05-01T12:00:00Z")
    assert [part["name"] for part in said["licenses"]] == ["CC0-1.0"]
    assert [part["path"] for part in said["resources"]] == [table.path for table in TABLES]
    for part in said["resources"]:
        body = (folder / part["path"]).read_bytes()
        assert (part["bytes"], part["hash"]) == (len(body), f"sha256:{hashlib.sha256(body).hexdigest()}")
        head, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
        assert (head, len(rows)) == ([field["name"] for field in part["schema"]["fields"]], part["rows"])


def test_no_draft_is_in_a_package(tmp_path: Path) -> None:
    def fill() -> None:
        make_world()
        a_draft_with_everything_secret()
        a_public_meeting_on_a_draft_tour()

    files = contents(exported_from(fill, tmp_path / "package"))
    assert "Open talks" in files["meetings.csv"].decode()
    assert [name for name, body in files.items() if SECRET.lower() in body.decode().lower()] == []


def test_what_was_published_elsewhere_says_so(tmp_path: Path) -> None:
    import_package(exported_from(make_world, tmp_path / "package"))
    account = User.objects.get(username=ACCOUNT)
    assert (account.is_active, account.has_usable_password()) == (False, False)
    states = [
        *Tour.objects.values_list("state", "published_by"),
        *Meeting.objects.values_list("state", "published_by"),
    ]
    assert set(states) == {("published", account.pk)}
    events = EditorialEvent.objects.all()
    assert {(event.action, event.by) for event in events} == {("imported", account)}
    assert len(events) == Tour.objects.count() + Meeting.objects.count()
    assert all("not here" in event.comment for event in events)
    batch = ImportBatch.objects.get()
    assert (batch.kind, batch.state, batch.title) == ("package", "done", "package")
    assert batch.counts["made"]["meeting"] == Meeting.objects.count()


@pytest.mark.parametrize(
    "fill", [make.make_official, make.make_source, make.make_topic, make.make_country, make.make_place]
)
def test_a_record_that_is_not_empty_is_left_alone(fill: Callable[[], Any], tmp_path: Path) -> None:
    package = exported_from(make_world, tmp_path / "package")
    fill()
    with pytest.raises(BadPackage, match="There is a record already: "):
        import_package(package)
    assert (Tour.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_a_rehearsal_changes_nothing(tmp_path: Path) -> None:
    package = exported_from(everything, tmp_path / "package")
    before = Party.objects.get(code="TR").version
    assert import_package(package, dry_run=True)["meetings"] == 5
    assert (Meeting.objects.count(), Official.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)
    assert Party.objects.get(code="TR").version == before


def test_adding_leaves_what_is_on_record_as_it_is(tmp_path: Path) -> None:
    package = exported_from(everything, tmp_path / "package")
    import_package(package)
    Meeting.objects.filter(title="Open talks").update(title="Open talks, mended")
    kept = Meeting.objects.get(title="Open talks, mended")
    kept.points.all()[0].delete()
    gone = Meeting.objects.exclude(pk=kept.pk).first()
    assert gone is not None
    parts = gone.participations.count()
    Meeting.objects.filter(pk=gone.pk).delete()
    counts = import_package(package, adding=True)
    assert {name: number for name, number in counts.items() if name in ("meetings", "participations")} == {
        "meetings": 1,
        "participations": parts,
    }
    kept.refresh_from_db()
    assert (kept.title, kept.points.count(), kept.state) == ("Open talks, mended", 1, "published")
    assert Meeting.objects.get(uuid=gone.uuid).participations.count() == parts


def changed(folder: Path, name: str, old: str, new: str, *, honest: bool = True) -> None:
    """Change a file of a package; an honest change has its checksum in the descriptor."""
    path = folder / name
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())
    if not honest or name == DESCRIPTOR:
        return
    said = json.loads((folder / DESCRIPTOR).read_bytes())
    part = next(part for part in said["resources"] if part["path"] == name)
    body = path.read_bytes()
    part |= {"bytes": len(body), "hash": f"sha256:{hashlib.sha256(body).hexdigest()}"}
    (folder / DESCRIPTOR).write_text(json.dumps(said), encoding="utf-8")


BAD: dict[str, tuple[Callable[[Path], Any], str]] = {
    "another version": (
        lambda folder: changed(folder, DESCRIPTOR, '"version": "1.0.0"', '"version": "2.0.0"'),
        "The package has version 2.0.0 of the format; this Readout reads 1.0.0.",
    ),
    "no JSON": (lambda folder: (folder / DESCRIPTOR).write_text("{"), f"{DESCRIPTOR} is not one of"),
    "another file": (lambda folder: (folder / "x.csv").write_text("a"), "“x.csv” is no file of a package."),
    "no file": (lambda folder: (folder / "tours.csv").unlink(), "There is no tours.csv in it."),
    "a link": (
        lambda folder: linked(folder / "tours.csv"),
        "“tours.csv” is no plain file.",
    ),
    "a changed file": (
        lambda folder: changed(folder, "tours.csv", "Winter", "Summer", honest=False),
        "tours.csv is not the file that was exported: size or checksum differ.",
    ),
    "another schema": (
        lambda folder: changed(folder, DESCRIPTOR, '"name": "title"', '"name": "titel"'),
        "another schema than this Readout reads.",
    ),
    "a bad date": (
        lambda folder: changed(folder, "tours.csv", ",2024-01-04,", ",2024-13-04,"),
        "tours.csv, line 2: start_date: “2024-13-04” is not a day that exists.",
    ),
    "a bad choice": (
        lambda folder: changed(folder, "tours.csv", "completed", "dreamt"),
        "tours.csv, line 2: status: Value 'dreamt' is not a valid choice.",
    ),
    "a bad number": (
        lambda folder: changed(folder, "places.csv", "50.0,14.0", "north,14.0"),
        "latitude: “north” is no number.",
    ),
    "a dangling identifier": (
        lambda folder: changed(
            folder, "stops.csv", first_tour(folder), "00000000-0000-4000-8000-000000000000"
        ),
        "stops.csv, line 2: tour: 00000000-0000-4000-8000-000000000000 is not in the package.",
    ),
    "too few rows": (
        lambda folder: changed(folder, DESCRIPTOR, '"rows": 1,', '"rows": 2,'),
        "the number of rows is 1; it should be 2.",
    ),
    "a circle": (
        lambda folder: in_a_circle(folder),
        "what it belongs to is not in the package.",
    ),
    "a truth": (
        lambda folder: changed(folder, "participations.csv", ",false,", ",no,"),
        "is_group: “no” is no boolean.",
    ),
    "a hidden character": (
        lambda folder: changed(folder, "tours.csv", "Winter tour", "Winter\x00 tour"),
        "tours.csv, line 2: ",
    ),
    "a broken rule": (
        lambda folder: changed(folder, "tours.csv", "2024-01-11", "2023-01-11"),
        "tours.csv does not fit the record",
    ),
}


def linked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hosts")


def in_a_circle(folder: Path) -> None:
    """A topic that lies below the one that lies below it."""
    rows = list(csv.DictReader(io.StringIO((folder / "topics.csv").read_text(), newline="")))
    below = next(row for row in rows if row["parent"])
    above = next(row for row in rows if row["uuid"] == below["parent"])
    cells = ",".join([above["uuid"], above["slug"], above["name"], ""])
    changed(folder, "topics.csv", f"{cells},,", f"{cells},{below['uuid']},")


def first_tour(folder: Path) -> str:
    """The identifier of the first tour."""
    return next(csv.DictReader(io.StringIO((folder / "tours.csv").read_text(), newline="")))["uuid"]


@pytest.mark.parametrize("case", BAD)
def test_a_bad_package_is_refused_in_a_sentence(case: str, tmp_path: Path) -> None:
    folder = exported_from(make_world, tmp_path / "package")
    spoil, sentence = BAD[case]
    spoil(folder)
    parties = Party.objects.count()
    with pytest.raises(BadPackage) as refused:
        import_package(folder)
    assert sentence in str(refused.value)
    assert (Tour.objects.count(), Official.objects.count(), Party.objects.count()) == (0, 0, parties)


@pytest.mark.parametrize("name", ["../evil.csv", "/tmp/evil.csv", "sub/tours.csv"])
def test_an_archive_can_name_no_path(name: str, tmp_path: Path) -> None:
    archive = exported_from(make_world, tmp_path / "package.zip")
    with zipfile.ZipFile(archive, "a") as added:
        added.writestr(zipfile.ZipInfo(name), "x")
    with pytest.raises(BadPackage):
        import_package(archive)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["package.zip"]


def test_an_archive_has_each_file_once(tmp_path: Path) -> None:
    archive = exported_from(make_world, tmp_path / "package.zip")
    with zipfile.ZipFile(archive, "a") as added, pytest.warns(UserWarning, match="Duplicate name"):
        added.writestr("tours.csv", "x")
    with pytest.raises(BadPackage, match="two files of one name"):
        import_package(archive)


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"no archive at all"])
def test_what_is_no_archive_is_refused(body: bytes, tmp_path: Path) -> None:
    (tmp_path / "package.zip").write_bytes(body)
    with pytest.raises(BadPackage, match=r"“package\.zip” is neither a folder nor a zip file\."):
        import_package(tmp_path / "package.zip")


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    archive = exported_from(make_world, tmp_path / "package.zip")
    body = bytearray(archive.read_bytes())
    body[2000:2100] = bytes(100)
    archive.write_bytes(body)
    with pytest.raises(BadPackage, match="the archive is damaged"):
        import_package(archive)


def test_what_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = exported_from(make_world, tmp_path / "package.zip")
    monkeypatch.setattr("visits.importers.package_files.LARGEST_FILE", 1000)
    with pytest.raises(BadPackage, match="is larger than 1,000 bytes"):
        import_package(archive)


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fill() -> None:
        make_world()
        call_command("export", "package", str(tmp_path / "first"))

    exported_from(fill, tmp_path / "same")
    assert "2 meetings" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not empty"):
        call_command("export", "package", str(tmp_path / "first"))
    report = tmp_path / "report.json"
    call_command("import_package", str(tmp_path / "first"), report=report)
    assert "2 meetings" in capsys.readouterr().out
    assert json.loads(report.read_text())["added"]["meetings"] == 2
    with pytest.raises(CommandError, match="There is a record already"):
        call_command("import_package", str(tmp_path / "first"))
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_package", str(tmp_path / "none"))
