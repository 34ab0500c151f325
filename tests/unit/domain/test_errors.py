"""What refusals say."""

import pytest

from quizapp.domain.errors import AccessDenied, Conflict, Invalid, NotFound, Refusal


def test_a_refusal_fills_its_placeholders() -> None:
    refusal = Conflict("%(count)s of %(most)s are used.", count=3, most=3)
    assert str(refusal) == "3 of 3 are used."


@pytest.mark.parametrize("kind", [Refusal, Invalid, AccessDenied, NotFound, Conflict])
def test_every_kind_has_words_of_its_own(kind: type[Refusal]) -> None:
    assert str(kind()) == kind.message


def test_a_percent_sign_without_values_stays() -> None:
    assert str(Conflict("100% sure")) == "100% sure"


def test_invalid_input_names_its_field() -> None:
    assert Invalid("No.", field="email").field == "email"
    assert Invalid("No.").field is None
