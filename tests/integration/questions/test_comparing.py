"""What differs between two texts: every part, word by word, and nothing that is the same."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from quizapp.features.questions.commands import QuestionDraft
from quizapp.features.questions.queries import comparing
from quizapp.features.questions.queries.comparing import GONE, NEW, SAME, Change, marked
from quizapp.features.questions.queries.surroundings import Source, Surroundings

COURSE = Surroundings(
    1,
    "c",
    "Course",
    True,
    {"NC-1": "Handle needles", "NC-2": "Choose a depth"},
    {"lung-injury": "A needle can reach the lung"},
    {"R1": Source("R1", "Example *Society*", None)},
)


def choice(text: str, name: str = "", **more: Any) -> dict[str, Any]:
    return {"text": text, "id": name, **more}


def draft(stem: str = "Which?", *choices: dict[str, Any], **more: Any) -> QuestionDraft:
    content = {
        "choices": choices or (choice("One", key=True), choice("Two")),
        **more.pop("own", {}),
    }
    kind = more.pop("kind", "single_best_answer")
    body = {"parts": [{"name": "r1", "type": kind, "content": content}]}
    return QuestionDraft(stem, body, more.pop("level", "apply"), **more)


def differing(one: QuestionDraft, other: QuestionDraft) -> dict[str, tuple[str, str]]:
    return {
        change.label % change.values: (words(change.before), words(change.after))
        for change in comparing.changes(one, other, COURSE)
    }


def words(pieces: Any) -> str:
    return "".join(piece.text for piece in pieces)


def test_equal_texts_differ_in_nothing() -> None:
    assert comparing.changes(draft(), draft(), COURSE) == []


def test_each_part_is_named_in_words() -> None:
    one = draft("Which?", choice("One", key=True), choice("Two", rationale="No"))
    other = draft(
        "Which one?",
        choice("One"),
        choice("Two", key=True, rationale="Yes", pinned=True),
        own={"shuffle": False},
        level="remember",
        rationale="All",
        hazard="lung-injury",
        evidence="strong",
        labels={"objective": ["NC-1", "NC-9"], "reference": ["R1", "R9"], "tag": ["a", "b"]},
    )

    assert differing(one, other) == {
        "Question": ("Which?", "Which one?"),
        "Option A: right answer": ("Yes", "No"),
        "Option B: right answer": ("No", "Yes"),
        "Option B: why": ("No", "Yes"),
        "Option B: keeps its place": ("No", "Yes"),
        "Shuffle options": ("Yes", "No"),
        "Rationale for everybody": ("", "All"),
        "Objectives": ("", "NC-1: Handle needles\nNC-9: "),
        "Thinking level": ("Apply", "Remember"),
        "Hazard": ("", "A needle can reach the lung"),
        "Evidence": ("", "Strong"),
        "References": ("", "Example Society\nR9"),
        "Tags": ("", "a, b"),
    }


def test_words_of_the_site_are_marked_for_translation() -> None:
    one, other = draft(level="apply"), draft(level="remember")
    (change,) = comparing.changes(one, other, COURSE)
    assert [piece.is_word for piece in (*change.before, *change.after)] == [True, True]


def test_options_are_known_by_their_names_wherever_they_stand() -> None:
    one = draft("Which?", choice("One", "x", key=True), choice("Two", "y"), choice("Three", "z"))
    other = draft("Which?", choice("Three", "z"), choice("One", "x", key=True), choice("4", "w"))

    assert differing(one, other) == {
        "Order of options": ("1. One\n2. Three", "1. Three\n2. One"),
        "Option C": ("", "4"),
        "Option C: right answer": ("", "No"),
        "Option C: keeps its place": ("", "No"),
        "Option B": ("Two", ""),
        "Option B: right answer": ("No", ""),
        "Option B: keeps its place": ("No", ""),
    }


def test_another_drawing_with_the_same_title_is_a_change() -> None:
    svg = "<svg><title>Chest</title><path d='{}'/></svg>"
    one, other = draft(figure=svg.format("M0")), draft(figure=svg.format("M1"))
    assert differing(one, other) == {"Figure": ("Chest", "Chest")}


def test_other_types_are_compared_too() -> None:
    body = {"parts": [{"name": "r1", "type": "true_false", "content": {"key": False}}]}
    side = {"rationale": "So", "harm": "dangerous"}
    new = {
        "parts": [
            {"name": "r1", "type": "true_false", "content": {"key": True, "when_false": side}}
        ]
    }

    assert differing(QuestionDraft("S", body, "apply"), QuestionDraft("S", new, "apply")) == {
        "The statement is": ("False", "True"),
        "For those who answer False": ("", "So"),
        "Harm of answering False": ("", "Dangerous"),
    }


def test_scoring_is_told_in_words() -> None:
    one = draft(kind="multiple_response")
    other = draft(kind="multiple_response", own={"scoring": "per_option", "say_how_many": False})
    assert differing(one, other) == {
        "How a partly right answer counts": (
            "Right picks minus wrong picks",
            "A share for every option judged rightly",
        ),
        "Tell learners how many options to choose": ("Yes", "No"),
    }


def test_equal_parts_are_given_when_asked_for() -> None:
    found = comparing.changes(draft("A?"), draft("B?"), COURSE, with_same=True)
    by_label: dict[str, Change] = {change.label % change.values: change for change in found}
    assert by_label["Question"].is_changed
    assert not by_label["Option A"].is_changed
    assert by_label["Option A"].before == by_label["Option A"].after


def test_only_the_words_that_differ_are_marked() -> None:
    before, after = marked("used twice a day", "used once a day, or not")
    assert [(p.kind, p.text) for p in before if p.kind == GONE] == [(GONE, "twice")]
    assert [(p.kind, p.text) for p in after if p.kind == NEW] == [(NEW, "once"), (NEW, ", or not")]


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_always_add_up_to_both_texts(one: str, other: str) -> None:
    before, after = marked(one, other)
    assert (words(before), words(after)) == (one, other)
    assert words(p for p in before if p.kind == SAME) or one == "" or other == "" or one != other


def test_long_texts_are_compared_in_good_time() -> None:
    one, other = "a\nb\n" * 10_000, "b\na\n" * 10_000
    before, after = marked(one, other)
    assert (words(before), words(after)) == (one, other)
