"""Controls take what was posted, whatever they are; what none takes is given back."""

from quizapp.web.refilling import refill
from tests.factories.markup import sent_by, tree_of

FORM = """<svg viewBox="0 0 9 9"><path d="M0 0"/></svg><form>
<input type="hidden" name="a-op" value="x">
<input class="q-input" type="hidden" name="a-p1" value="">
<input type="radio" name="a" value="1" checked><input type="radio" name="a" value="2">
<input class="input" type="text" name="a-text" value="old" aria-label="A &amp; B">
<select name="a-unit"><option value="">-</option><option value="mm" selected>mm</option>
<option value="cm">cm</option></select>
<textarea name="a-long" rows="2">
old</textarea><input type="image" name="a-at"><button name="a-stay" value="1">Again</button>
<input type="checkbox" name="ab" value="1" checked></form>"""


def is_asked(name: str) -> bool:
    return name == "a" or name.startswith("a-")


def test_every_kind_of_control_takes_what_was_posted() -> None:
    posted = {
        "a": ["2"], "a-p1": ["0.5 0.5"], "a-text": ['"<b>&'], "a-unit": ["cm"],
        "a-long": ["<i>\none</i>"], "a-op": ["forged"],
    }  # fmt: skip
    filled, untaken = refill(FORM, posted, is_asked)
    sent = sent_by(tree_of(filled))
    expected = {**posted, "a-op": ["x"], "ab": ["1"]}
    assert {name: [v.replace("\r\n", "\n") for v in vs] for name, vs in sent.items()} == expected
    assert untaken == {}
    assert 'viewBox="0 0 9 9"' in filled
    assert 'aria-label="A &amp; B"' in filled


def test_what_was_not_posted_is_taken_away() -> None:
    sent = sent_by(tree_of(refill(FORM, {}, is_asked)[0]))
    assert "a" not in sent
    assert (sent["a-text"], sent["a-unit"], sent["a-long"]) == ([""], [""], [""])


def test_what_no_control_takes_is_given_back() -> None:
    posted = {
        "a": ["2", "77"], "a-text": ["one", "two"], "a-unit": ["km"], "a-new": ["", "here"],
        "a-stay": ["1"], "a-at.x": ["5"], "b": ["3"],
    }  # fmt: skip
    untaken = refill(FORM, posted, is_asked)[1]
    assert untaken == {"a": ["77"], "a-text": ["two"], "a-unit": ["km"], "a-new": ["here"]}


def test_other_markup_is_left_as_it_is() -> None:
    assert refill(FORM, {"a": ["2"]}, lambda _: False) == (FORM, {})
