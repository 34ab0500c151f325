"""Files given as answers: sending one by script or with the page's form, and getting it back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import flask
from flask_babel import gettext as _

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import Refusal
from quizapp.features.attempts.commands import uploading
from quizapp.features.attempts.commands.saving import AttemptClosed, QuestionLeft, WrongItem
from quizapp.features.attempts.queries import taking, uploads
from quizapp.features.attempts.queries.results import Review
from quizapp.features.attempts.queries.showing import TakingPage
from quizapp.features.attempts.queries.taking import Address, Place
from quizapp.features.attempts.views import bp
from quizapp.question_types import item
from quizapp.question_types.file_upload.content import StoredFile
from quizapp.question_types.file_upload.grading import UPLOAD, TooManyFiles, file_view
from quizapp.web import request, sending
from quizapp.web.errors import text_of
from quizapp.web.guard import requires
from quizapp.web.receiving import takes_files

ATTEMPT = "/courses/<slug:course>/quizzes/<slug:quiz>/attempt-<int:number>"
FILES = f"{ATTEMPT}/question-<int:question>/files"
Posted = dict[str, list[str]]


@bp.post(FILES)
@takes_files(uploading.MOST_BYTES + 100_000)
@requires(Permission.ATTEMPT_ANSWER)
def store_file(course: str, quiz: str, number: int, question: int) -> Any:
    """One file from a script, which then saves an answer that names it."""
    place = taking.locate(request.context(), Address(course, quiz, number))
    uploading.find_part(request.context(), place, question, request.fields().get("part", ""))
    sent = flask.request.files.get(UPLOAD)
    if sent is None:
        raise uploading.NothingSent
    stored = _store(place, question, request.fields()["part"], sent)
    view = file_view(stored)
    answer = flask.jsonify(
        token=stored.token, name=view.name, kind=view.kind, size=view.size,
        href=f"{_base(place.address, question)}/{stored.digest}",
    )  # fmt: skip
    answer.status_code = 201
    return answer


@bp.get(f"{FILES}/<slug:digest>")
@requires(Permission.ATTEMPT_ANSWER)
def own_file(course: str, quiz: str, number: int, question: int, digest: str) -> Any:
    ctx = request.context()
    place = taking.locate(ctx, Address(course, quiz, number))
    stored = uploads.get_file(ctx, place.id, question, digest)
    return sending.attachment(stored.path, stored.safe_name, stored.media_type)


def store_sent(place: Place, slots: Sequence[int], fields: Posted) -> list[str]:
    """Store what a page's form sent and add it to its answers; what was refused, in words.

    A file that is refused changes nothing, and the other answers of the page are saved all the
    same. Raises AttemptClosed or QuestionLeft, where nothing can be saved any more.
    """
    refused = []
    for control, sent in flask.request.files.items(multi=True):
        if not sent.filename:
            continue
        try:
            _add(place, slots, control, sent, fields)
        except (AttemptClosed, QuestionLeft):
            raise
        except Refusal as refusal:
            refused.append(f"{sent.filename}: {text_of(refusal)}")
    return refused


def _add(place: Place, slots: Sequence[int], control: str, sent: Any, fields: Posted) -> None:
    ctx = request.context()
    for slot in slots:
        prefix = taking.prefix_of(slot)
        name = control.removeprefix(f"{prefix}-").removesuffix(f"-{UPLOAD}")
        if control != f"{prefix}-{name}-{UPLOAD}":
            continue
        part = uploading.find_part(ctx, place, slot, name)
        given = fields.setdefault(item.field_prefix(prefix, part), [])
        most = part.content.max_files  # type: ignore[attr-defined]
        if most > 1 and len(given) >= most:
            raise TooManyFiles
        token = _store(place, slot, name, sent).token
        if most == 1:
            given.clear()
        if token not in given:
            given.append(token)
        return
    raise WrongItem


def _store(place: Place, slot: int, part: str, sent: Any) -> StoredFile:
    settings = request.site().settings
    with uploading.receiving(settings, sent.stream) as received:
        return request.perform(
            uploading.add_upload, place, slot, part, received, sent.filename or _("file")
        )


def linked(page: TakingPage) -> TakingPage:
    """The page with the addresses of the files that its answers name."""
    if not page.takes_files:
        return page
    questions = [
        replace(view, parts=[_linked(part, page.head.address, view.number) for part in view.parts])
        for view in page.questions
    ]
    return replace(page, questions=questions)


def linked_reviews(reviews: Sequence[Review], address: Address) -> list[Review]:
    """The reviews with the addresses of the files that were given."""
    return [
        replace(review, parts=[_linked(part, address, review.number) for part in review.parts])
        for review in reviews
    ]


def _linked(part: Any, address: Address, slot: int) -> Any:
    if not part.kind.takes_files:
        return part
    base = _base(address, slot)
    links = {file.digest: f"{base}/{file.digest}" for file in part.view.files}
    return replace(part, view=replace(part.view, links=links))


def _base(address: Address, slot: int) -> str:
    attempt = f"/courses/{address.course}/quizzes/{address.quiz}/attempt-{address.number}"
    return f"{attempt}/question-{slot}/files"
