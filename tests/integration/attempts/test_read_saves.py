"""Reading a posted page: what cannot have come from the page that was shown is refused."""

from collections.abc import Mapping, Sequence

import pytest

from quizapp.domain.errors import AccessDenied, Invalid, NotFound
from quizapp.features.attempts.commands import reading
from quizapp.features.attempts.commands.saving import AnswerSave, WrongItem
from quizapp.features.attempts.queries import taking
from quizapp.features.attempts.queries.taking import Address, Head
from quizapp.infrastructure.site import Site
from quizapp.question_types.base import Malformed
from tests.factories import attempts
from tests.factories.accounts import Person
from tests.factories.attempts import FINAL, KEYS
from tests.factories.clinic import Clinic
from tests.factories.content_sync import COURSE

OPERATION = "a-name-for-it"


@pytest.fixture
def head(site: Site, clinic: Clinic) -> Head:
    attempts.start(site, clinic.lea)
    return attempts.head_of(site, clinic.lea)


def read(
    site: Site, person: Person, head: Head, slots: Sequence[int], fields: Mapping[str, list[str]]
) -> list[AnswerSave]:
    with site.reading(person.actor) as ctx:
        return reading.read_saves(ctx, head, slots, fields)


def fields_of(site: Site, clinic: Clinic, head: Head, slot: int = 1) -> dict[str, list[str]]:
    """What the page of a question sends for its right answer."""
    return attempts.fields_of(site, clinic.lea, head, slot, KEYS[slot], op=[OPERATION])


@pytest.mark.parametrize("slot", KEYS)
def test_a_page_is_read_as_its_answers(site: Site, clinic: Clinic, head: Head, slot: int) -> None:
    fields = fields_of(site, clinic, head, slot)
    (save,) = read(site, clinic.lea, head, [slot], fields)
    assert save == attempts.make_save(slot, op_id=OPERATION)


def test_confidence_and_flag_are_read(site: Site, clinic: Clinic, head: Head) -> None:
    fields = {
        **fields_of(site, clinic, head), "s1-confidence": ["3"], "s1-flag": ["1"],
        "s1-seen": ["7"],
    }  # fmt: skip
    (save,) = read(site, clinic.lea, head, [1], fields)
    assert (save.confidence, save.is_flagged, save.seen) == (3, True, 7)


def test_a_page_of_several_questions_is_read_in_order(
    site: Site, clinic: Clinic, head: Head
) -> None:
    fields = {k: v for slot in (2, 1) for k, v in fields_of(site, clinic, head, slot).items()}
    saves = read(site, clinic.lea, head, [1, 2], fields)
    assert [save.slot for save in saves] == [1, 2]


def test_fields_nobody_asked_for_change_nothing(site: Site, clinic: Clinic, head: Head) -> None:
    fields = {
        **fields_of(site, clinic, head), "user_id": ["1"], "score": ["1"], "s1-share": ["1"],
        "state": ["open"], "s2-r1": ["1"],
    }  # fmt: skip
    assert read(site, clinic.lea, head, [1], fields) == [attempts.make_save(1, op_id=OPERATION)]


@pytest.mark.parametrize(
    ("name", "values", "refusal"),
    [
        ("version", [], WrongItem),
        ("version", ["0"], WrongItem),
        ("version", ["999999"], WrongItem),
        ("version", ["one"], WrongItem),
        ("seen", [], WrongItem),
        ("seen", ["-1"], WrongItem),
        ("seen", ["1.0"], WrongItem),
        ("seen", ["1000001"], WrongItem),
        ("seen", ["9" * 30], WrongItem),
        ("seen", ["²"], WrongItem),
        ("seen", ["0", "0"], WrongItem),
        ("op", [], WrongItem),
        ("op", ["short"], WrongItem),
        ("op", ["x" * 65], WrongItem),
        ("op", ["übermäßig"], WrongItem),
        ("op", ["operation~1"], WrongItem),
        ("op", [OPERATION, OPERATION], WrongItem),
        ("confidence", ["0"], Malformed),
        ("confidence", ["4"], Malformed),
        ("confidence", ["1", "2"], Malformed),
        ("r1", ["9"], Malformed),
        ("r1", ["a"], Malformed),
        ("r1", ["1", "2"], Malformed),
    ],
)
def test_what_no_page_sends_is_refused(
    site: Site,
    clinic: Clinic,
    head: Head,
    name: str,
    values: list[str],
    refusal: type[Invalid],
) -> None:
    fields = {**fields_of(site, clinic, head), f"s1-{name}": values}
    with pytest.raises(refusal):
        read(site, clinic.lea, head, [1], fields)


def test_an_empty_confidence_is_none(site: Site, clinic: Clinic, head: Head) -> None:
    fields = {**fields_of(site, clinic, head), "s1-confidence": [""]}
    assert read(site, clinic.lea, head, [1], fields)[0].confidence is None


def test_the_version_of_another_question_is_refused(site: Site, clinic: Clinic, head: Head) -> None:
    other = fields_of(site, clinic, head, 2)["s2-version"]
    fields = {**fields_of(site, clinic, head), "s1-version": other}
    with pytest.raises(WrongItem):
        read(site, clinic.lea, head, [1], fields)


def test_one_malformed_answer_refuses_the_page(site: Site, clinic: Clinic, head: Head) -> None:
    fields = {**fields_of(site, clinic, head, 1), **fields_of(site, clinic, head, 2)}
    with pytest.raises(Malformed):
        read(site, clinic.lea, head, [1, 2], {**fields, "s2-r1": ["1", "1"]})


def test_nobody_reads_for_somebody_else(site: Site, clinic: Clinic, head: Head) -> None:
    fields = fields_of(site, clinic, head)
    for person in (clinic.leo, clinic.instructor, clinic.administrator):
        with pytest.raises(AccessDenied):
            read(site, person, head, [1], fields)


@pytest.mark.parametrize(
    "address",
    [
        Address(COURSE, FINAL, 2),
        Address(COURSE, FINAL, 0),
        Address(COURSE, "warm-up", 1),
        Address(COURSE, "gone", 1),
        Address("gone", FINAL, 1),
    ],
)
@pytest.mark.usefixtures("head")
def test_an_attempt_that_is_not_there_is_not_found(
    site: Site, clinic: Clinic, address: Address
) -> None:
    with site.reading(clinic.lea.actor) as ctx, pytest.raises(NotFound):
        taking.get_head(ctx, address)


@pytest.mark.usefixtures("head")
def test_the_attempt_of_somebody_else_is_not_found(site: Site, clinic: Clinic) -> None:
    for person in (clinic.leo, clinic.instructor, clinic.administrator):
        with site.reading(person.actor) as ctx, pytest.raises(NotFound):
            taking.get_head(ctx, Address(COURSE, FINAL, 1))
