"""Receipts: made at hand-in, signed, checked by anybody, silent about what may not be known yet."""

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from quizapp.features.attempts import jobs
from quizapp.features.attempts.models import Attempt, Receipt
from quizapp.features.attempts.queries import receipts
from quizapp.features.attempts.queries.receipts import Finding, Since, Verification
from quizapp.infrastructure import signing
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.signing import Check, Signature
from quizapp.infrastructure.site import Site
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.adjustments import agree, attempt_of, make_agreement
from tests.factories.attempts import KEYS
from tests.factories.clinic import Clinic
from tests.factories.clock import START, FrozenClock
from tests.factories.content_sync import COURSE
from tests.factories.crowd import at_once
from tests.factories.quizzes import make_quiz
from tests.factories.web import Visitor
from tests.integration.admin.watching import everything

RESULT = f"/courses/{COURSE}/quizzes/final-check/attempt-1"


def receipt_of(site: Site, attempt_id: int) -> Receipt:
    with site.reading() as ctx:
        found = ctx.session.scalar(select(Receipt).where(Receipt.attempt_id == attempt_id))
    assert found is not None
    return found


def sat(site: Site, person: Person, slots: tuple[int, ...] = tuple(KEYS)) -> Receipt:
    """An attempt with these answers, handed in; its receipt."""
    attempt = attempts.start(site, person)
    head = attempts.head_of(site, person, number=attempt.number)
    if slots:
        attempts.save(site, head, *[attempts.make_save(slot) for slot in slots])
    attempts.submit(site, person, attempt.id)
    return receipt_of(site, attempt.id)


def verify(site: Site, code: str) -> Verification:
    with site.reading() as ctx:
        return receipts.verify(ctx, code)


def tamper(site: Site, statement: str) -> None:
    """Change receipts as somebody with all rights on the database could."""
    with site.database.transaction() as session:
        if site.database.is_sqlite:
            session.execute(text("DROP TRIGGER receipts_refuse_update"))
        else:
            session.execute(text("ALTER TABLE receipts DISABLE TRIGGER USER"))
        session.execute(text(statement))


def browser(app: Flask, person: Person | None = None) -> Visitor:
    client = app.test_client()
    assert isinstance(client, Visitor)
    if person:
        client.sign_in(person)
    return client


def test_a_receipt_says_what_was_handed_in(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    agree(site, clinic.lea, clinic.manager, make_agreement("1.50"))
    attempt = attempts.start(site, clinic.lea)
    clock.advance(minutes=2)
    head = attempts.head_of(site, clinic.lea)
    attempts.save(site, head, attempts.make_save(1), attempts.make_save(4))
    clock.advance(minutes=3)
    attempts.submit(site, clinic.lea, attempt.id)
    row = receipt_of(site, attempt.id)
    says = json.loads(row.document)
    assert row.document.encode() == signing.canonical(says)
    stored = {"1": attempts.make_save(1).answer, "4": attempts.make_save(4).answer}
    digest = hashlib.sha256(signing.canonical(stored)).hexdigest()
    done = attempt_of(site, attempt.id)
    assert says == {
        "format": "quizapp receipt 1",
        "issuer": {"name": "Clinic Learning", "address": site.settings.address},
        "code": row.code,
        "key": row.key_id,
        "person": "Lea Learner",
        "course": "Needle care",
        "quiz": "Final check",
        "quiz_version": 1,
        "attempt": 1,
        "started_at": "2026-03-02T09:00:00Z",
        "due_at": "2026-03-02T09:30:00Z",
        "handed_in_at": "2026-03-02T09:05:00Z",
        "handed_in_by": "learner",
        "questions": 6,
        "answered": 2,
        "answers_sha256": digest,
        "result": {
            "verdict": done.verdict,
            "points": done.points,
            "max_points": done.max_points,
        },
    }
    keyring = signing.read_keyring(site.settings)
    assert keyring is not None
    signature = Signature(row.key_id, row.signature)
    assert keyring.check(row.document.encode(), signature) is Check.GENUINE
    assert row.issued_at == clock.now


def test_a_code_cannot_be_guessed_or_misread(site: Site, clinic: Clinic) -> None:
    codes = [sat(site, person, ()).code for person in (clinic.lea, clinic.leo, clinic.lea)]
    assert len(set(codes)) == 3
    for code in codes:
        groups = code.split("-")
        assert [len(group) for group in groups] == [4] * 5
        assert not set("".join(groups)) & set("01OIL")


def test_the_worker_s_hand_in_has_one_too(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    attempt = attempts.start(site, clinic.lea)
    clock.advance(hours=1)
    jobs.close_overdue(site)
    says = json.loads(receipt_of(site, attempt.id).document)
    assert (says["handed_in_by"], says["handed_in_at"]) == ("deadline", "2026-03-02T09:20:00Z")
    assert (says["answered"], says["due_at"]) == (0, "2026-03-02T09:20:00Z")


def test_many_hand_ins_at_once_make_one(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)
    at_once([partial(attempts.submit, site, clinic.lea, attempt.id)] * 8)
    with site.reading() as ctx:
        assert ctx.session.query(Receipt).count() == 1


def test_no_hand_in_fails_for_want_of_a_key(
    site: Site,
    clinic: Clinic,
    run_jobs: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = signing.path_of(site.settings)
    path.write_text("damaged")
    attempt = attempts.start(site, clinic.lea)
    with caplog.at_level(logging.ERROR):
        done = attempts.submit(site, clinic.lea, attempt.id)
    assert done.state == "closed"
    assert "waits for usable signing keys" in caplog.text
    run_jobs()
    path.unlink()
    site.clock.advance(minutes=5)  # type: ignore[attr-defined]
    run_jobs()
    says = json.loads(receipt_of(site, attempt.id).document)
    assert says["handed_in_at"] == "2026-03-02T09:00:00Z"
    jobs.issue_receipt(site, attempt.id)  # again changes nothing
    assert verify(site, says["code"]).finding is Finding.GENUINE


def test_a_genuine_receipt_is_said_to_be(site: Site, clinic: Clinic) -> None:
    row = sat(site, clinic.lea)
    found = verify(site, row.code)
    assert (found.finding, found.since) == (Finding.GENUINE, Since.NOTHING)
    assert found.verdict == "passed"
    assert found.receipt is not None
    assert found.receipt.handed_in_at == START


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "{lower}", "{joined}", "{spaced}", "{lower_joined}"]
)
def test_a_code_may_be_typed_in_many_ways(site: Site, clinic: Clinic, typed: str) -> None:
    code = sat(site, clinic.lea).code
    joined = code.replace("-", "")
    variants = {
        "lower": code.lower(),
        "joined": joined,
        "spaced": code.replace("-", " "),
        "lower_joined": joined.lower(),
    }
    assert verify(site, typed.format(code, **variants)).finding is Finding.GENUINE


@pytest.mark.parametrize("typed", ["", "-", "AAAA-BBBB-CCCC-DDDD-EEEE", "é" * 50, "A" * 5000])
def test_an_unknown_code_is_said_to_be(site: Site, clinic: Clinic, typed: str) -> None:
    sat(site, clinic.lea)
    assert verify(site, typed).finding is Finding.NOT_FOUND


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Lea Learner", "Lea Lehrner"),
        ('"attempt":1', '"attempt":2'),
        ('"answered":6', '"answered":5'),
        ("09:00:00Z", "09:00:01Z"),
        ("passed", "failed"),
        ("{", " {"),
    ],
)
def test_one_altered_byte_fails_the_check(site: Site, clinic: Clinic, old: str, new: str) -> None:
    row = sat(site, clinic.lea)
    assert old in row.document
    changed = row.document.replace(old, new, 1).replace("'", "''").replace(":", "\\:")
    tamper(site, f"UPDATE receipts SET document = '{changed}'")  # noqa: S608
    assert verify(site, row.code).finding is Finding.ALTERED


def test_a_document_under_another_code_fails_the_check(site: Site, clinic: Clinic) -> None:
    row = sat(site, clinic.lea)
    tamper(site, "UPDATE receipts SET code = 'AAAA-BBBB-CCCC-DDDD-EEEE'")
    assert verify(site, row.code).finding is Finding.NOT_FOUND
    assert verify(site, "AAAA-BBBB-CCCC-DDDD-EEEE").finding is Finding.ALTERED


def test_another_signed_document_is_no_receipt(site: Site, clinic: Clinic) -> None:
    row = sat(site, clinic.lea)
    keyring = signing.open_keyring(site.settings, START)
    other = signing.canonical({"format": "certificate", "code": row.code, "key": row.key_id})
    signature = keyring.sign(other)
    shown = other.decode().replace(":", "\\:")
    statement = f"UPDATE receipts SET document = '{shown}', signature = '{signature.text}'"  # noqa: S608
    tamper(site, statement)
    assert verify(site, row.code).finding is Finding.ALTERED


def test_answers_that_changed_later_are_noticed(site: Site, clinic: Clinic) -> None:
    row = sat(site, clinic.lea)
    with site.database.transaction() as session:
        session.execute(text("UPDATE responses SET answer = '{}' WHERE slot = 1"))
    assert verify(site, row.code).finding is Finding.ANSWERS_DIFFER


def test_a_retired_key_still_proves_and_a_lost_one_cannot(site: Site, clinic: Clinic) -> None:
    row = sat(site, clinic.lea)
    signing.rotate(site.settings, START + timedelta(days=9))
    found = verify(site, row.code)
    assert (found.finding, found.key_retired_at) == (Finding.GENUINE, START + timedelta(days=9))
    assert sat(site, clinic.leo).key_id != row.key_id
    signing.path_of(site.settings).unlink()
    assert verify(site, row.code).finding is Finding.UNKNOWN_KEY


@pytest.mark.parametrize(
    ("values", "since"),
    [
        ({"points": "5", "score": 5 / 6}, Since.CORRECTED),
        ({"verdict": "not_passed"}, Since.CORRECTED),
        ({"voided_at": START}, Since.VOIDED),
    ],
)
def test_what_became_of_the_result_is_told(
    site: Site, clinic: Clinic, values: dict[str, Any], since: Since
) -> None:
    row = sat(site, clinic.lea)
    site.perform(lambda ctx: ctx.session.execute(update(Attempt).values(**values)))
    found = verify(site, row.code)
    assert (found.finding, found.since) == (Finding.GENUINE, since)


def test_marking_that_went_on_is_no_correction(site: Site, clinic: Clinic) -> None:
    attempt = attempts.start(site, clinic.lea)

    def closed_pending(ctx: Context) -> None:
        from quizapp.features.attempts.commands import receipts as commands

        row = ctx.session.get_one(Attempt, attempt.id)
        row.state, row.submitted_at, row.submitted_by = "closed", ctx.now, "learner"
        row.verdict, row.points, row.max_points = "pending", "2", "6"
        ctx.session.flush()
        commands.issue_receipt(ctx, row, {})
        row.verdict, row.points = "passed", "6"

    site.perform(closed_pending)
    found = verify(site, receipt_of(site, attempt.id).code)
    assert (found.finding, found.since) == (Finding.GENUINE, Since.MARKED)


def test_a_learner_finds_prints_and_downloads_it(site: Site, app: Flask, clinic: Clinic) -> None:
    row = sat(site, clinic.lea)
    learner = browser(app, clinic.lea)
    result = learner.get(f"{RESULT}/result").text
    assert f"{RESULT}/receipt" in result
    assert row.code in result
    page = learner.get(f"{RESULT}/receipt").text
    for words in (row.code, "Lea Learner", "Final check, version 1", "6 of 6 questions", "Passed"):
        assert words in page
    assert f"{site.settings.address}/verify/{row.code}" in page
    assert "09:20" not in page  # the end, which shows whether there was more time
    file = learner.get(f"{RESULT}/receipt.json")
    assert file.headers["Content-Disposition"] == f'attachment; filename="receipt-{row.code}.json"'
    parcel = file.get_json()
    assert signing.canonical(parcel["document"]).decode() == row.document
    assert (parcel["key"], parcel["signature"]) == (row.key_id, row.signature)


def test_others_have_no_receipt_of_it(site: Site, app: Flask, clinic: Clinic) -> None:
    sat(site, clinic.lea)
    for path in (f"{RESULT}/receipt", f"{RESULT}/receipt.json"):
        assert browser(app, clinic.leo).get(path).status_code == 404
        assert browser(app, clinic.instructor).get(path).status_code == 403
    attempts.start(site, clinic.leo)
    assert browser(app, clinic.leo).get(f"{RESULT}/receipt").status_code == 404


def test_anybody_can_check_a_code(site: Site, app: Flask, clinic: Clinic) -> None:
    row = sat(site, clinic.lea)
    anybody = browser(app)
    assert anybody.get("/verify").status_code == 200
    before = everything(site)
    sent = anybody.get(f"/verify?code={row.code.lower().replace('-', '+')}")
    assert (sent.status_code, sent.location) == (303, f"/verify/{row.code}")
    answer = anybody.get(sent.location)
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    for words in (
        "This receipt is genuine",
        "Lea Learner",
        "Final check, version 1",
        "6 of 6 questions",
        "Passed",
        "The result has not been changed since.",
    ):
        assert words in answer.text
    for secret in ("100%", "09:20", clinic.lea.email, "lea@", "of 6 points"):
        assert secret not in answer.text
    unknown = anybody.get("/verify/AAAA-BBBB-CCCC-DDDD-EEEE")
    assert unknown.status_code == 404
    assert "There is no receipt with this code" in unknown.text
    assert everything(site) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE receipts SET signature = 'AAAA'", "This receipt was altered"),
        ("UPDATE receipts SET key_id = 'ffff'", "This receipt cannot be checked"),
        ("UPDATE responses SET answer = '{}'", "no longer matches the stored answers"),
        ("UPDATE attempts SET voided_at = started_at", "The attempt was declared void since"),
        ("UPDATE attempts SET verdict = 'not_safe'", "The outcome is now: Not safe yet."),
    ],
)
def test_each_finding_has_words_of_its_own(
    site: Site, app: Flask, clinic: Clinic, change: str, words: str
) -> None:
    row = sat(site, clinic.lea)
    tamper(site, change)
    answer = browser(app).get(f"/verify/{row.code}")
    assert answer.status_code == 200
    assert words in answer.text
    is_genuine = change.startswith("UPDATE attempts")
    assert ("This receipt is genuine" in answer.text) is is_genuine
    assert ("Lea Learner" in answer.text) is is_genuine


def test_a_retired_key_is_named_on_the_page(site: Site, app: Flask, clinic: Clinic) -> None:
    row = sat(site, clinic.lea)
    signing.rotate(site.settings, START)
    text_of_page = browser(app).get(f"/verify/{row.code}").text
    assert "This key was retired on 2 March 2026." in text_of_page


@pytest.mark.parametrize("score", ["after_close", "never"])
def test_a_receipt_says_no_more_than_the_result_may(
    site: Site, app: Flask, clinic: Clinic, clock: FrozenClock, score: str
) -> None:
    slug = make_quiz(
        site,
        window={"closes": START + timedelta(hours=2)},
        feedback={"score": score, "answers": "after_close", "rationale": "after_close"},
    )
    attempt = attempts.start(site, clinic.lea, slug)
    attempts.submit(site, clinic.lea, attempt.id)
    code = receipt_of(site, attempt.id).code
    base = f"/courses/{COURSE}/quizzes/{slug}/attempt-1"
    learner, anybody = browser(app, clinic.lea), browser(app)
    for visitor, path in ((learner, f"{base}/receipt"), (anybody, f"/verify/{code}")):
        page = visitor.get(path).text
        assert "Lea Learner" in page
        assert "Not passed yet" not in page
        assert "Outcome then" not in page
    assert learner.get(f"{base}/receipt.json").status_code == 409
    clock.advance(hours=3)
    learner.sign_in(clinic.lea)
    shown = "Not passed yet" in anybody.get(f"/verify/{code}").text
    assert shown is (score == "after_close")
    status = learner.get(f"{base}/receipt.json").status_code
    assert status == (200 if score == "after_close" else 409)


def test_a_file_is_judged_by_its_signature_alone(site: Site, app: Flask, clinic: Clinic) -> None:
    sat(site, clinic.lea)
    parcel = browser(app, clinic.lea).get(f"{RESULT}/receipt.json").get_json()
    anybody = browser(app)
    good = anybody.send("/verify", {"file": json.dumps(parcel, indent=4)})
    assert "This file is as it was signed" in good.text
    assert f"/verify/{parcel['document']['code']}" in good.text
    altered = json.loads(json.dumps(parcel))
    altered["document"]["person"] = "Somebody Else"
    foreign = {**parcel, "key": "0" * 16}
    for changed, words in (
        (altered, "This receipt was altered"),
        (foreign, "This receipt cannot be checked"),
        ({**parcel, "signature": ""}, "This receipt was altered"),
    ):
        answer = anybody.send("/verify", {"file": json.dumps(changed)})
        assert answer.status_code == 200
        assert words in answer.text


WHOLE, CUT = "This receipt was altered", "This is not the whole file of a receipt"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("", CUT),
        ("nothing", CUT),
        ("[]", CUT),
        ("{}", CUT),
        ("null", CUT),
        ('{"document": {"format": "quizapp rec', CUT),
        ('{"document": {}, "key": "a"}', CUT),
        ('{"document": [], "key": "a", "signature": "b"}', "This receipt "),
        ('{"document": {"a": 1e999999}, "key": "a", "signature": "b"}', WHOLE),
        ('{"document": {"a": "\\ud800"}, "key": "a", "signature": "b"}', "This receipt "),
        ('{"document": {"é": 1}, "key": "a", "signature": "b"}', "This receipt "),
        ("[" * 5000, CUT),
        ('{"document": ' + "[" * 900 + "]" * 900 + ', "key": "a", "signature": "b"}', "This "),
        ('{"document": {"a": ' + "9" * 5000 + '}, "key": "a", "signature": "b"}', CUT),
    ],
)
def test_a_file_that_is_none_gets_an_answer(site: Site, app: Flask, sent: str, words: str) -> None:
    before = everything(site)
    answer = browser(app).send("/verify", {"file": sent})
    assert answer.status_code == 200
    assert words in answer.text
    assert everything(site) == before
