"""Numbers and names as pages show them."""

from fractions import Fraction

import pytest

from quizapp.features.accounts.views import device_label
from quizapp.web import templating


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "–"),
        (0, "0%"),
        (1, "100%"),
        (0.29, "29%"),
        (0.7999, "79%"),
        (0.8, "80%"),
        (float(Fraction(2, 3)), "66%"),
        (0.9999, "99%"),
    ],
)
def test_a_share_is_rounded_down(share: float | None, text: str) -> None:
    assert templating.as_percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), (3.0, "3"), (2.5, "2.5"), (1 / 3, "0.33"), (-1.5, "−1.5")]
)
def test_numbers_show_what_they_need(value: float, text: str) -> None:
    assert templating.as_number(value) == text


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Lea Learner", "LL"),
        ("lea maria learner", "LL"),
        ("Lea", "L"),
        ("", ""),
        ("  Øyvind  Ås ", "ØÅ"),
    ],
)
def test_initials_are_first_and_last(name: str, letters: str) -> None:
    assert templating.initials(name) == letters


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) AppleWebKit Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit Chrome/130 Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Chrome/130 OPR/115", "Opera on Mac"),
        ("curl/8", "Unknown device"),
        ("", "Unknown device"),
    ],
)  # fmt: skip
def test_devices_are_named_as_people_would(agent: str, device: str) -> None:
    assert device_label(agent) == device
