"""Files: known by what is in them, named by tokens nobody can bend, and left to a person."""

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quizapp.domain.errors import Invalid
from quizapp.question_types import authoring
from quizapp.question_types.base import Malformed
from quizapp.question_types.file_upload import EXAMPLES, FILE_UPLOAD, grading, sniffing
from quizapp.question_types.file_upload.content import Content, Response, StoredFile
from quizapp.question_types.file_upload.grading import TooManyFiles
from quizapp.question_types.file_upload.sniffing import (
    MEGABYTE,
    EmptyFile,
    FileTooLarge,
    Kind,
    KindNotTaken,
    KindUnknown,
    ProgramNotTaken,
)
from tests.factories.markup import tree_of
from tests.unit.question_types.conftest import Show

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF"
PROGRAM = b"MZ\x90\0\x03\0\0\0"


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as entries:
        for name in names:
            entries.writestr(name, f"<{name}/>" * 40)
    return file.getvalue()


WORD = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (PDF, "a.pdf", Kind.PDF),
        (PDF, "holiday.png", Kind.PDF),
        (PNG, "a.png", Kind.PNG),
        (JPEG, "a.jpg", Kind.JPEG),
        (WORD, "a.docx", Kind.DOCX),
        (archive("docProps/app.xml", "word/document.xml"), "a.docx", Kind.DOCX),
        ("Grüße\r\n".encode(), "a.TXT", Kind.TXT),
        ("Grüße".encode()[:3], "a.txt", Kind.TXT),
        (b"", "a.txt", Kind.TXT),
        (b"plain", "a.html", None),
        (b"plain", "a.pdf", None),
        (b"a\0b", "a.txt", None),
        (b"\xff\xfeh\0i\0", "a.txt", None),
        (b"\xe9t\xe9", "a.txt", None),
        (b" %PDF-1.7", "a.pdf", None),
        (b"\xff\xd8", "a.jpg", None),
        (archive("a.txt", "keyword/b"), "a.docx", None),
        (archive("xl/workbook.xml"), "a.docx", None),
        (archive("word/document.xml", "word/vbaProject.bin"), "a.docx", None),
        (PROGRAM, "a.pdf", None),
        (b"#!/bin/sh\n", "a.txt", None),
        (b"\x7fELF", "a.txt", None),
        (b"", "a.pdf", None),
    ],
)
def test_a_file_is_known_by_what_is_in_it(head: bytes, name: str, kind: Kind | None) -> None:
    assert sniffing.kind_of(head, name) is kind


@given(head=st.binary(max_size=300), name=st.text(max_size=30))
def test_any_bytes_have_a_kind_or_none(head: bytes, name: str) -> None:
    assert sniffing.kind_of(head, name) in {None, *Kind}


TAKEN = Content(kinds=(Kind.PDF, Kind.PNG, Kind.JPEG), max_megabytes=10)


@pytest.mark.parametrize(
    ("size", "head", "name", "refusal", "words"),
    [
        (0, b"", "a.pdf", EmptyFile, "This file is empty"),
        (10 * MEGABYTE + 1, PDF, "a.pdf", FileTooLarge, "larger than 10 MB"),
        (9, PROGRAM, "a.pdf", ProgramNotTaken, "a program, whatever its name says. Upload one of"),
        (9, PROGRAM, "a.pdf", ProgramNotTaken, "PDF, PNG, JPEG"),
        (9, WORD, "a.docx", KindNotTaken, "of the kind DOCX"),
        (9, b"text", "a.txt", KindNotTaken, "of the kind TXT"),
        (9, b"GIF89a", "a.gif", KindUnknown, "or it is damaged"),
        (9, archive("word/vbaProject.bin"), "a.docx", ProgramNotTaken, "a program"),
    ],
)
def test_what_is_not_taken_is_refused_in_clear_words(
    size: int, head: bytes, name: str, refusal: type[Invalid], words: str
) -> None:
    with pytest.raises(refusal) as caught:
        sniffing.check(TAKEN, size, head, name)
    assert words in str(caught.value)


def test_what_is_taken_gives_its_kind() -> None:
    assert sniffing.check(TAKEN, 10 * MEGABYTE, JPEG, "photo.bin") is Kind.JPEG


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("report.pdf", "report.pdf"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\u202e.pdf", "ab.pdf"),
        (" .. ", "file"),
        ("", "file"),
        ("/", "file"),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
        ("y" * 300, "y" * 200),
    ],
)
def test_names_are_tidied(name: str, tidy: str) -> None:
    assert sniffing.tidy_name(name) == tidy


@given(name=st.text(max_size=260))
def test_a_tidied_name_stays_as_it_is(name: str) -> None:
    tidy = sniffing.tidy_name(name)
    assert sniffing.tidy_name(tidy) == tidy
    assert 1 <= len(tidy) <= 200
    assert not set(tidy) & set("/\\\0\r\n")


FILES = st.builds(
    StoredFile,
    digest=st.text("0123456789abcdef", min_size=64, max_size=64),
    name=st.text(min_size=1, max_size=60).map(sniffing.tidy_name),
    size=st.integers(1, 20 * MEGABYTE),
    kind=st.sampled_from(Kind),
)


@given(file=FILES)
def test_a_token_names_its_file(file: StoredFile) -> None:
    assert StoredFile.of_token(file.token) == file


@given(token=st.text(max_size=120))
def test_any_other_text_names_none(token: str) -> None:
    with pytest.raises(ValueError, match=r"file|validation"):
        StoredFile.of_token(token)


SEVERAL = Content.model_validate(EXAMPLES[1].content)
ONE = StoredFile.model_validate(EXAMPLES[1].right[0]["files"][0])
TWO = StoredFile.model_validate(EXAMPLES[1].right[0]["files"][1])


def read(*tokens: str) -> Response:
    response: Response = FILE_UPLOAD.read(SEVERAL, {}, {"f": list(tokens)}, "f")
    return response


def test_files_keep_their_order() -> None:
    assert read(TWO.token, ONE.token).files == (TWO, ONE)


def test_too_many_files_are_refused_in_words_of_their_own() -> None:
    tokens = [ONE.model_copy(update={"digest": f"{n:064x}"}).token for n in range(4)]
    with pytest.raises(TooManyFiles):
        read(*tokens)


@pytest.mark.parametrize(
    "token",
    [
        ONE.token.upper(),
        f" {ONE.token}",
        f"{ONE.token}\n",
        ONE.token.replace(":docx:", ":png:"),
        ONE.token.replace(":1:", ":01:"),
        ONE.token.replace(":1:", ":20000001:"),
        ONE.token.replace("form", "a/form"),
    ],
)
def test_bent_tokens_are_refused(token: str) -> None:
    with pytest.raises(Malformed):
        read(token)


@pytest.mark.parametrize(
    "changes", [{"digest": "0" * 63}, {"size": 0}, {"kind": "exe"}, {"name": "a\0b"}, {"x": 1}]
)
def test_no_such_file_comes_from_storage(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        StoredFile.model_validate({**ONE.model_dump(), **changes})


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (1, "1 KB"),
        (1000, "1 KB"),
        (1001, "2 KB"),
        (999_999, "1000 KB"),
        (1_000_000, "1 MB"),
        (1_000_001, "1.1 MB"),
        (20_000_000, "20 MB"),
    ],
)
def test_sizes_are_rounded_up(size: int, text: str) -> None:
    assert grading.size_text(size) == text


def test_the_page_lists_the_files_and_offers_to_take_more(show: Show) -> None:
    view = FILE_UPLOAD.answer_view(SEVERAL, {}, read(ONE.token))
    page = tree_of(show(FILE_UPLOAD.answer_template, view=view, prefix="f"))
    (control,) = page.xpath(".//input[@type='file']")
    assert control.get("name") == f"f-{grading.UPLOAD}"
    assert control.get("accept") == ".pdf,.jpg,.jpeg,.docx,.txt"
    assert control.get("multiple") is not None
    text = " ".join(page.text_content().split())
    assert "form: signed.docx" in text
    assert "PDF, JPEG, DOCX, TXT" in text
    assert "20 MB" in text


LINKS = ".//a[not(ancestor::template)]"
"""Those that are seen; a script may add the others."""


def test_links_are_shown_where_there_are_some(show: Show) -> None:
    response = read(ONE.token, TWO.token)
    for view, template in (
        (FILE_UPLOAD.answer_view(SEVERAL, {}, response), FILE_UPLOAD.answer_template),
        (FILE_UPLOAD.feedback_view(SEVERAL, {}, response), FILE_UPLOAD.feedback_template),
    ):
        assert not tree_of(show(template, view=view, prefix="f")).xpath(LINKS)
        linked = {name: getattr(view, name) for name in view.__slots__}
        linked |= {"links": {ONE.digest: "/files/1"}, "room": 1}
        page = tree_of(show(template, view=linked, prefix="f"))
        assert page.xpath(f"{LINKS}/@href") == ["/files/1"]


def test_a_full_list_says_so(show: Show) -> None:
    content = SEVERAL.model_copy(update={"max_files": 1})
    view = FILE_UPLOAD.answer_view(content, {}, Response(files=(ONE,)))
    assert "All files are given" in show(FILE_UPLOAD.answer_template, view=view, prefix="f")


@pytest.mark.parametrize("kinds", [(), (Kind.PDF, Kind.PDF)])
def test_some_kind_has_to_be_taken(kinds: tuple[Kind, ...]) -> None:
    problems = SEVERAL.model_copy(update={"kinds": kinds}).problems()
    assert [problem.path for problem in problems] == [("kinds",)]


def test_a_kind_that_is_not_offered_is_refused() -> None:
    found = authoring.form_class(FILE_UPLOAD)
    values = {**found.values_of(SEVERAL), "kinds": ["exe"]}
    form = found(data=values, prefix="part-")
    assert not form.validate()
    assert form.place_of(("kinds",)) == "part-kinds"
