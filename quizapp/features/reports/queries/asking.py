"""What is asked for by the address of a report: its filter, read strictly."""

from collections.abc import Mapping

from quizapp.domain.errors import NotFound
from quizapp.features.reports.queries import orders
from quizapp.features.reports.queries.scope import Choices
from quizapp.features.reports.queries.selects import Filter
from quizapp.features.reports.queries.wording import STATES

NAMES = ("q", "team", "course", "state", "sort")
MAX_SEARCH = 120


def read(choices: Choices, values: Mapping[str, str]) -> Filter:
    """The filter in an address; raises NotFound for a team, course, state or order unknown here."""
    state = values.get("state", "")
    sort = values.get("sort") or orders.DEFAULT
    if (state and state not in STATES) or sort.removeprefix("-") not in orders.NAMES:
        raise NotFound
    slug = values.get("course", "")
    return Filter(
        scope=choices.scope(values.get("team", "")),
        course_id=choices.course(slug).id if slug else None,
        state=state,
        search=values.get("q", "").strip()[:MAX_SEARCH],
        sort=sort,
    )


def kept(values: Mapping[str, str]) -> dict[str, str]:
    """The parts of an address that make its filter."""
    return {name: values[name] for name in NAMES if values.get(name)}
