"""Files as answers: stored whole or not at all, for one's own running attempt, and given back."""

import hashlib
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from quizapp.domain.access.roles import Role
from quizapp.features.attempts import jobs
from quizapp.features.attempts.commands import uploading
from quizapp.features.attempts.models import Upload
from quizapp.features.attempts.queries import uploads
from quizapp.infrastructure import archive, backup
from quizapp.infrastructure.site import Site
from quizapp.question_types import item
from quizapp.question_types.file_upload.sniffing import MEDIA_TYPES, Kind
from quizapp.web import sending
from tests.factories import attempts
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.marking import RUBRIC, make_essay, make_marked_quiz, name_of
from tests.factories.questions import make_draft, make_question
from tests.factories.web import Visitor
from tests.integration.admin.watching import actions, everything
from tests.integration.attempts.desk import JSON, Desk, visible

PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
FILE, QUIZ = "file-1", "files"
BOUNDARY = "--------together"


def make_file_question(site: Site, code: str = FILE, **content: Any) -> str:
    body = {"rubric": RUBRIC, **content}
    parts = [{"name": "r1", "type": "file_upload", "content": body}]
    make_question(site, make_draft("Upload your record.", body={"parts": parts}), code=code)
    return code


@pytest.fixture
def desk(site: Site, app: Flask, clinic: Clinic) -> Desk:
    """Lea in front of a page with an essay and a file question."""
    make_essay(site)
    make_file_question(site)
    make_marked_quiz(site, QUIZ, ("essay-1", FILE), questions_per_page=0)
    return Desk(site, app, clinic.lea, QUIZ)


def page_fields(desk: Desk, text: str = "Typed", **more: Any) -> dict[str, Any]:
    """What the page's form sends with an essay, and a file as named by `more`."""
    found = {**_own(desk, 1), **_own(desk, 2), "s1-r1": text, "s2-r1-stay": "1"}
    return {**found, **more}


def _own(desk: Desk, slot: int) -> dict[str, Any]:
    with desk.site.reading(desk.person.actor) as ctx:
        from quizapp.features.attempts.queries import published

        version = published.slots(ctx, desk.head.id)[slot - 1].version_id
    return {
        f"s{slot}-version": str(version),
        f"s{slot}-seen": str(desk.head.saved(slot).revision),
        f"s{slot}-op": attempts.new_operation(),
    }


@dataclass(frozen=True)
class Given:
    """A file as a form sends it."""

    data: bytes
    name: str


def given(data: bytes = PDF, name: str = "record.pdf") -> Given:
    return Given(data, name)


def encoded(fields: dict[str, Any]) -> dict[str, Any]:
    """A form of several parts, written here: the test client would leave large ones open."""
    pieces = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
            head += f'; filename="{one.name}"' if isinstance(one, Given) else ""
            data = one.data if isinstance(one, Given) else _bytes(one)
            pieces.append(head.encode() + b"\r\n\r\n" + data + b"\r\n")
    body = b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()
    return {"data": body, "content_type": f"multipart/form-data; boundary={BOUNDARY}"}


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def send_parts(desk: Desk, view: str, fields: dict[str, Any], **options: Any) -> Any:
    whole = {"csrf_token": desk.visitor.token(), **fields}
    return desk.visitor.post(desk.at(view), **encoded(whole), **options)


def send_page(desk: Desk, *, upload: Any = None, **more: Any) -> Any:
    """Send the form of the page as a browser without JavaScript does."""
    fields = page_fields(desk, **more)
    if upload is not None:
        fields["s2-r1-upload"] = upload
    return send_parts(desk, "question-1", fields)


def send_file(desk: Desk, upload: Any, slot: int = 2, part: str = "r1") -> Any:
    """Send one file as the script does."""
    return send_parts(
        desk, f"question-{slot}/files", {"part": part, "upload": upload}, headers=JSON
    )


def saved_files(desk: Desk) -> list[dict[str, Any]]:
    answer = item.load(desk.head.saved(2).answer)
    return list(answer.get("r1", {}).get("files", []))


def stored(site: Site) -> dict[str, bytes]:
    """Every file in the data folder by its path there."""
    found = {}
    for folder in (uploads.folder_of(site.settings), uploads.incoming_of(site.settings)):
        for path in folder.rglob("*"):
            if path.is_file():
                found[path.relative_to(site.settings.data).as_posix()] = path.read_bytes()
    return found


def rows(site: Site) -> list[Upload]:
    with site.reading() as ctx:
        return list(ctx.session.scalars(select(Upload).order_by(Upload.id)))


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_the_page_s_form_takes_files(desk: Desk) -> None:
    assert 'enctype="multipart/form-data"' in desk.get("question-1").text


def test_a_file_sent_with_the_page_is_stored_and_saved_with_all_else(desk: Desk) -> None:
    answer = send_page(desk, upload=given())
    assert answer.status_code == 303
    assert answer.location.endswith("/question-1")
    digest = digest_of(PDF)
    assert saved_files(desk) == [
        {"digest": digest, "name": "record.pdf", "size": len(PDF), "kind": "pdf"}
    ]
    assert item.load(desk.head.saved(1).answer) == {"r1": {"text": "Typed"}}
    assert stored(desk.site) == {f"uploads/{digest[:2]}/{digest}": PDF}
    assert "record.pdf" in desk.get("question-1").text
    assert actions(desk.site)[-1] == "upload.stored"


def test_another_file_takes_the_place_of_the_first(desk: Desk) -> None:
    send_page(desk, upload=given())
    token = f"{digest_of(PDF)}:{len(PDF)}:pdf:record.pdf"
    send_page(desk, upload=given(PNG, "photo.png"), **{"s2-r1": token})
    assert [file["name"] for file in saved_files(desk)] == ["photo.png"]
    assert len(rows(desk.site)) == 2


def test_a_file_can_be_taken_away_again(desk: Desk) -> None:
    send_page(desk, upload=given())
    send_page(desk)
    assert saved_files(desk) == []


def test_a_script_sends_a_file_and_then_saves_its_token(desk: Desk) -> None:
    answer = send_file(desk, given())
    assert answer.status_code == 201
    reply = answer.get_json()
    assert (reply["name"], reply["kind"], reply["size"]) == ("record.pdf", "PDF", "1 KB")
    assert saved_files(desk) == []
    fields = {**_own(desk, 2), "s2-r1": reply["token"], "only": "2"}
    assert desk.post("question-1", fields, headers=JSON).status_code == 200
    assert [file["name"] for file in saved_files(desk)] == ["record.pdf"]
    assert desk.visitor.get(reply["href"]).data == PDF


def test_the_same_file_again_is_there_once(desk: Desk) -> None:
    first = send_file(desk, given()).get_json()
    before = everything(desk.site)
    again = send_file(desk, given(name="other-name.pdf")).get_json()
    assert again == first
    assert everything(desk.site) == before


def test_one_gets_one_s_file_back_as_it_was(desk: Desk) -> None:
    send_page(desk, upload=given(PNG, "Raum „2“\u202e.jpg.png"))
    answer = desk.get(f"question-2/files/{digest_of(PNG)}")
    assert answer.data == PNG
    headers = answer.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    desk.hand_in()
    result = desk.get("result").text
    assert f"question-2/files/{digest_of(PNG)}" in result
    assert desk.get(f"question-2/files/{digest_of(PNG)}").data == PNG


@pytest.mark.parametrize("who", ["leo", "instructor", "manager", "administrator"])
def test_nobody_else_gets_it(desk: Desk, app: Flask, clinic: Clinic, site: Site, who: str) -> None:
    send_page(desk, upload=given())
    attempts.start(site, clinic.leo, QUIZ)
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(getattr(clinic, who))
    answer = client.get(desk.at(f"question-2/files/{digest_of(PDF)}"))
    assert answer.status_code in {403, 404}
    assert PDF not in answer.data


def test_a_marker_gets_it_under_a_name_that_tells_nothing(
    desk: Desk, client_as: Any, site: Site
) -> None:
    send_page(desk, upload=given(PDF, "lea-learner-treatment.pdf"))
    desk.hand_in()
    ina = client_as(Role.INSTRUCTOR)
    with site.reading() as ctx:
        from quizapp.features.attempts.models import Attempt

        attempt = ctx.session.get_one(Attempt, desk.head.id)
    path = f"/teach/grading/{FILE}/answers/{name_of(site, attempt, 2)}"
    shown = ina.get(path)
    assert "lea-learner" not in shown.text.lower()
    assert "File 1" in visible(shown)
    answer = ina.get(f"{path}/files/1")
    assert answer.data == PDF
    assert "lea" not in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].endswith("-1.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert ina.get(f"{path}/files/2").status_code == 404


REFUSED = [
    (b"MZ\x90\0" + b"x" * 50, "record.pdf", "This file is a program, whatever its name says."),
    (b"GIF89a...", "photo.png", "This file is of no kind that is taken here"),
    (b"", "empty.pdf", "This file is empty."),
    (b"Plain words", "notes.txt", "This file is of the kind TXT."),
    (PDF + b"x" * 10_000_000, "large.pdf", "This file is larger than 10 MB."),
    (PDF + b"x" * 20_000_000, "larger.pdf", "This file is larger than 20 MB."),
]


@pytest.mark.parametrize(("data", "name", "words"), REFUSED)
def test_a_refused_file_is_told_and_changes_nothing(
    desk: Desk, data: bytes, name: str, words: str
) -> None:
    send_page(desk, upload=given())
    kept, files, before = saved_files(desk), stored(desk.site), rows(desk.site)
    token = f"{digest_of(PDF)}:{len(PDF)}:pdf:record.pdf"
    answer = send_page(desk, upload=given(data, name), text="Typed on", **{"s2-r1": token})
    assert answer.status_code == 422
    assert f"{name}: {words}" in visible(answer)
    assert saved_files(desk) == kept
    assert stored(desk.site) == files
    assert len(rows(desk.site)) == len(before)
    assert item.load(desk.head.saved(1).answer) == {"r1": {"text": "Typed on"}}


@pytest.mark.parametrize(("data", "name", "words"), REFUSED)
def test_a_script_is_told_so_too(desk: Desk, data: bytes, name: str, words: str) -> None:
    before = desk.rows()
    answer = send_file(desk, given(data, name))
    assert answer.status_code == 422
    assert words in answer.get_json()["detail"]
    assert desk.rows() == before
    assert stored(desk.site) == {}


@pytest.mark.parametrize(("slot", "part"), [(1, "r1"), (2, "r2"), (2, ""), (3, "r1"), (0, "r1")])
def test_a_place_that_takes_no_files_is_refused(desk: Desk, slot: int, part: str) -> None:
    before = desk.rows()
    assert send_file(desk, given(), slot, part).status_code == 422
    assert desk.rows() == before
    assert stored(desk.site) == {}


def test_a_control_that_is_not_on_the_page_is_refused(desk: Desk) -> None:
    answer = send_page(desk, **{"s7-r1-upload": given()})
    assert answer.status_code == 422
    assert stored(desk.site) == {}


def test_a_form_without_a_file_is_told(desk: Desk) -> None:
    answer = desk.post("question-2/files", {"part": "r1"}, headers=JSON)
    assert answer.status_code == 422
    assert "No file was sent." in answer.get_json()["detail"]


def test_after_hand_in_nothing_is_stored(desk: Desk) -> None:
    fields = page_fields(desk)
    desk.hand_in()
    before = desk.rows()
    assert send_file(desk, given()).status_code == 409
    fields["s2-r1-upload"] = given()
    page = send_parts(desk, "question-1", fields)
    assert page.status_code == 409
    assert desk.rows() == before
    assert stored(desk.site) == {}


def test_after_its_time_nothing_is_stored(
    site: Site, app: Flask, clinic: Clinic, clock: FrozenClock
) -> None:
    make_file_question(site)
    make_marked_quiz(site, QUIZ, (FILE,), time_limit_minutes=10)
    desk = Desk(site, app, clinic.lea, QUIZ)
    clock.advance(minutes=10, seconds=30)
    assert send_file(desk, given(), 1).status_code == 201
    clock.advance(microseconds=1)
    assert send_file(desk, given(PNG, "p.png"), 1).status_code == 409
    assert len(stored(site)) == 1


def test_a_file_of_another_place_or_person_cannot_be_named(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    for code in (FILE, "file-2"):
        make_file_question(site, code)
    make_marked_quiz(site, QUIZ, (FILE, "file-2"), questions_per_page=0)
    lea, leo = (Desk(site, app, person, QUIZ) for person in (clinic.lea, clinic.leo))
    token = send_file(lea, given(), 1).get_json()["token"]
    for desk, slot in ((lea, 2), (leo, 1), (leo, 2)):
        before = desk.rows()
        fields = {**_own(desk, slot), f"s{slot}-r1": token, "only": str(slot)}
        assert desk.post("question-1", fields, headers=JSON).status_code == 422
        assert desk.rows() == before
        assert desk.get(f"question-{slot}/files/{digest_of(PDF)}").status_code == 404
    changed = token.replace("record", "another")
    fields = {**_own(lea, 1), "s1-r1": changed, "only": "1"}
    assert lea.post("question-1", fields, headers=JSON).status_code == 422


def test_more_files_than_the_question_takes_are_refused(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    make_file_question(site, max_files=2)
    make_essay(site)
    make_marked_quiz(site, QUIZ, ("essay-1", FILE), questions_per_page=0)
    desk = Desk(site, app, clinic.lea, QUIZ)
    three = [given(PDF + bytes([n]), f"{n}.pdf") for n in range(3)]
    answer = send_page(desk, upload=three)
    assert answer.status_code == 422
    assert "2.pdf: These are more files than the question takes." in visible(answer)
    assert [file["name"] for file in saved_files(desk)] == ["0.pdf", "1.pdf"]


def test_far_too_many_files_for_one_answer_are_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MOST_STORED", 2)
    codes = [send_file(desk, given(PDF + bytes([n]))).status_code for n in range(3)]
    assert codes == [201, 201, 409]


def test_a_full_disk_refuses_files_and_keeps_texts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "ROOM_BYTES", 1 << 62)
    answer = send_page(desk, upload=given())
    assert answer.status_code == 422
    assert "There is no room for files on the server now." in visible(answer)
    assert item.load(desk.head.saved(1).answer) == {"r1": {"text": "Typed"}}
    assert stored(desk.site) == {}


@pytest.mark.parametrize("step", ["fsync", "write"])
def test_a_disk_that_fills_up_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fails(*_arguments: Any) -> Any:
        raise OSError(28, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fails)
    else:
        monkeypatch.setattr(uploading, "sha256", fails)
    assert send_file(desk, given()).status_code == 409
    assert stored(desk.site) == {}
    assert rows(desk.site) == []


def test_bodies_beyond_the_limit_are_refused_on_every_route(desk: Desk) -> None:
    before = desk.rows()
    data = PDF + b"x" * (uploading.MOST_BYTES + 200_000)
    assert send_file(desk, given(data)).status_code == 413
    assert send_page(desk, upload=given(b"x" * (65 * 1024 * 1024))).status_code == 413
    other = {"csrf_token": desk.visitor.token(), "file": given(b"x" * 3_000_000)}
    assert desk.visitor.post("/account/display", **encoded(other)).status_code == 413
    plain = desk.post("question-1", {**page_fields(desk), "s1-r1": "x" * 3_000_000})
    assert plain.status_code == 413
    assert desk.rows() == before


def test_people_without_the_right_send_no_large_bodies(
    desk: Desk, app: Flask, clinic: Clinic
) -> None:
    client = app.test_client()
    assert isinstance(client, Visitor)
    client.sign_in(clinic.administrator)
    fields = {"csrf_token": client.token(), "upload": given(PDF + b"x" * 3_000_000)}
    answer = client.post(desk.at("question-2/files"), **encoded(fields))
    assert answer.status_code == 413


def test_fields_beside_files_have_to_be_text(desk: Desk) -> None:
    before = desk.rows()
    answer = send_parts(desk, "question-1", page_fields(desk, text=b"caf\xe9"))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "not readable text" in answer.text
    assert desk.rows() == before


def test_texts_of_every_script_arrive_beside_files(desk: Desk) -> None:
    send_page(desk, upload=given(), text="Schröpfen – 拔罐 – ‘ok’")
    assert item.load(desk.head.saved(1).answer) == {"r1": {"text": "Schröpfen – 拔罐 – ‘ok’"}}


def test_files_that_no_answer_named_are_removed_after_a_day(desk: Desk, clock: FrozenClock) -> None:
    site = desk.site
    send_page(desk, upload=given())
    send_page(desk)  # taken away again: the journal still names it
    send_file(desk, given(PNG, "never-saved.png"))
    orphan = uploads.path_of(site.settings, "ab" * 32)
    orphan.parent.mkdir()
    orphan.write_bytes(b"no row")
    left = uploads.incoming_of(site.settings) / "left"
    left.write_bytes(b"half")
    for path in (orphan, left):
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    assert jobs.remove_unused_files(site) == 0
    clock.advance(days=1, seconds=1)
    assert jobs.remove_unused_files(site) == 3
    assert list(stored(site).values()) == [PDF]
    assert [row.name for row in rows(site)] == ["record.pdf"]
    assert jobs.remove_unused_files(site) == 0


def test_a_file_two_people_gave_stays_while_one_needs_it(
    site: Site, app: Flask, clinic: Clinic, clock: FrozenClock
) -> None:
    make_essay(site)
    make_file_question(site)
    make_marked_quiz(site, QUIZ, ("essay-1", FILE), questions_per_page=0)
    lea, leo = (Desk(site, app, person, QUIZ) for person in (clinic.lea, clinic.leo))
    send_file(lea, given())
    send_page(leo, upload=given())
    clock.advance(days=2)
    assert jobs.remove_unused_files(site) == 0
    for desk in (lea, leo):
        desk.visitor.sign_in(desk.person)
    assert leo.get(f"question-2/files/{digest_of(PDF)}").data == PDF
    assert lea.get(f"question-2/files/{digest_of(PDF)}").status_code == 404


def test_what_a_killed_job_put_aside_comes_back(desk: Desk) -> None:
    send_page(desk, upload=given())
    place = uploads.path_of(desk.site.settings, digest_of(PDF))
    place.rename(place.with_suffix(".going"))
    unknown = place.with_name("f" * 64 + ".going")
    unknown.write_bytes(b"x")
    jobs.remove_unused_files(desk.site)
    assert list(stored(desk.site)) == [place.relative_to(desk.site.settings.data).as_posix()]


def test_a_younger_equal_file_is_not_removed(
    desk: Desk, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody uploads the same file between the look at its row and its removal."""
    from quizapp.features.attempts.commands import tidying

    send_file(desk, given())
    clock.advance(days=2)
    desk.visitor.sign_in(desk.person)
    plain = tidying._known  # noqa: SLF001 - the moment between

    def look_then_upload(ctx: Any, digests: list[str]) -> set[str]:
        found = plain(ctx, digests)
        monkeypatch.setattr(tidying, "_known", plain)
        send_file(desk, given())
        path = uploads.path_of(desk.site.settings, digest_of(PDF))
        old = clock.now.timestamp() - 200_000
        real = Path.stat

        def first_old(self: Path, **options: Any) -> os.stat_result:
            seen = real(self, **options)
            if self == path:
                monkeypatch.setattr(Path, "stat", real)
                values = list(seen)
                values[8] = int(old)
                return os.stat_result(values)
            return seen

        monkeypatch.setattr(Path, "stat", first_old)
        return found

    monkeypatch.setattr(tidying, "_known", look_then_upload)
    assert jobs.remove_unused_files(desk.site) == 0
    assert list(stored(desk.site).values()) == [PDF]


def test_a_backup_brings_files_back(desk: Desk, tmp_path: Path) -> None:
    site = desk.site
    send_page(desk, upload=given())
    target = tmp_path / "all.tar.gz"
    manifest = backup.make(site.settings, site.database, target, site.clock(), "1")
    digest = digest_of(PDF)
    assert f"uploads/{digest[:2]}/{digest}" in manifest.files
    archive.extract(target, tmp_path)
    assert (tmp_path / "uploads" / digest[:2] / digest).read_bytes() == PDF


def test_a_person_of_nothing_is_refused_by_the_command(site: Site, clinic: Clinic) -> None:
    make_file_question(site)
    make_marked_quiz(site, QUIZ, (FILE,))
    attempts.start(site, clinic.lea, QUIZ)
    head = attempts.head_of(site, clinic.lea, QUIZ)
    with uploading.receiving(site.settings, BytesIO(PDF)) as received:
        from quizapp.domain.errors import AccessDenied

        with pytest.raises(AccessDenied):
            site.perform(
                uploading.add_upload, head, 1, "r1", received, "x.pdf", actor=clinic.leo.actor
            )
    assert stored(site) == {}


def test_a_form_without_a_file_chosen_is_as_any_other(desk: Desk) -> None:
    assert send_page(desk, upload=given(b"", "")).status_code == 303
    assert item.load(desk.head.saved(1).answer) == {"r1": {"text": "Typed"}}
    assert stored(desk.site) == {}


def test_the_same_file_twice_in_one_form_is_given_once(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    make_file_question(site, max_files=3)
    make_essay(site)
    make_marked_quiz(site, QUIZ, ("essay-1", FILE), questions_per_page=0)
    desk = Desk(site, app, clinic.lea, QUIZ)
    assert send_page(desk, upload=[given(), given(name="copy.pdf")]).status_code == 303
    assert [file["name"] for file in saved_files(desk)] == ["record.pdf"]


def test_a_disk_that_is_broken_is_a_fault_and_leaves_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: Any) -> Any:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with (
        pytest.raises(OSError, match="Input/output"),
        uploading.receiving(site.settings, BytesIO(PDF)),
    ):
        pass
    assert stored(site) == {}


def test_a_question_one_has_gone_on_from_takes_no_file(
    site: Site, app: Flask, clinic: Clinic
) -> None:
    make_file_question(site)
    make_essay(site)
    make_marked_quiz(site, QUIZ, (FILE, "essay-1"), navigation="sequential")
    desk = Desk(site, app, clinic.lea, QUIZ)
    desk.post("question-1", {**_own(desk, 1), "goto": "next"})
    answer = send_file(desk, given(), 1)
    assert answer.status_code == 409
    assert "This question is closed." in answer.get_json()["detail"]
    assert stored(site) == {}


def test_a_second_try_of_the_command_finds_the_file_in_its_place(desk: Desk) -> None:
    """A busy database has the same command run again, after the file was moved."""
    with uploading.receiving(desk.site.settings, BytesIO(PDF)) as received:
        for _ in range(2):
            desk.site.perform(
                uploading.add_upload, desk.head, 2, "r1", received, "x.pdf", actor=desk.person.actor
            )
    assert list(stored(desk.site).values()) == [PDF]


def test_what_one_gets_back_ends_as_its_kind_does(desk: Desk) -> None:
    send_page(desk, upload=given(PNG, "photo.exe"))
    answer = desk.get(f"question-2/files/{digest_of(PNG)}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=photo.exe.png"


def test_a_text_is_served_with_its_encoding_once(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("Größe", encoding="utf-8")
    with app.test_request_context():
        answer = sending.attachment(path, "notes.txt", MEDIA_TYPES[Kind.TXT])
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    answer.close()


def test_a_file_whose_bytes_are_gone_is_not_found(desk: Desk) -> None:
    send_page(desk, upload=given())
    uploads.path_of(desk.site.settings, digest_of(PDF)).unlink()
    assert desk.get(f"question-2/files/{digest_of(PDF)}").status_code == 404


def test_a_body_that_breaks_off_or_has_no_boundary_changes_nothing(desk: Desk) -> None:
    before = desk.rows()
    headers = {"X-CSRFToken": desk.visitor.token()}
    path = desk.at("question-2/files")
    for options in (
        {"data": b"nothing", "content_type": "multipart/form-data"},
        {
            "input_stream": BytesIO(b"x" * 1000),
            "content_type": f"multipart/form-data; boundary={BOUNDARY}",
            "environ_overrides": {"CONTENT_LENGTH": str(30_000_000)},
        },
    ):
        answer = desk.visitor.post(path, headers=headers, **options)
        assert answer.status_code in {400, 413, 422}
    assert desk.rows() == before
    assert stored(desk.site) == {}
