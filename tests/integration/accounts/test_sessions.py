"""Where one is signed in, and ending it: one device, all others, everything."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from quizapp.domain.access.roles import Actor
from quizapp.domain.errors import Invalid, NotFound
from quizapp.features.accounts import queries
from quizapp.features.accounts.commands import people, sessions
from quizapp.features.accounts.models import User, UserSession
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.site import Site
from tests.factories.accounts import Person, make_person, sign_in
from tests.factories.clinic import Clinic
from tests.factories.clock import FrozenClock
from tests.factories.web import Visitor


def browsers(app: Flask, person: Person, count: int) -> list[Visitor]:
    found = []
    for _ in range(count):
        client = app.test_client()
        assert isinstance(client, Visitor)
        client.sign_in(person)
        found.append(client)
    return found


def statuses(visitors: list[Visitor]) -> list[int]:
    return [visitor.get("/account").status_code for visitor in visitors]


def ids_of(site: Site, person: Person) -> list[int]:
    with site.reading() as ctx:
        asked = select(UserSession.id).where(UserSession.user_id == person.id)
        return list(ctx.session.scalars(asked.order_by(UserSession.id)))


def test_all_other_devices_can_be_signed_out(app: Flask, clinic: Clinic) -> None:
    first, *others = browsers(app, clinic.lea, 3)
    (leo,) = browsers(app, clinic.leo, 1)
    answer = first.send("/account/sessions/end-others")
    assert (answer.status_code, answer.location) == (303, "/account#sessions")
    assert statuses([first, *others, leo]) == [200, 303, 303, 200]


def test_one_device_can_be_signed_out(site: Site, app: Flask, clinic: Clinic) -> None:
    first, second, third = browsers(app, clinic.lea, 3)
    number = ids_of(site, clinic.lea)[1]
    assert first.send(f"/account/sessions/{number}/end").status_code == 303
    assert statuses([first, second, third]) == [200, 303, 200]


def test_nobody_ends_the_session_of_somebody_else(site: Site, app: Flask, clinic: Clinic) -> None:
    (lea,), (leo,) = browsers(app, clinic.lea, 1), browsers(app, clinic.leo, 1)
    (number,) = ids_of(site, clinic.leo)
    assert lea.send(f"/account/sessions/{number}/end").status_code == 404
    assert statuses([leo]) == [200]


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999", "-1", "x"])
def test_a_session_that_is_not_there_is_not_found(app: Flask, clinic: Clinic, number: str) -> None:
    (lea,) = browsers(app, clinic.lea, 1)
    assert lea.send(f"/account/sessions/{number}/end").status_code == 404


def test_the_list_shows_what_is_still_open(site: Site, clinic: Clinic, clock: FrozenClock) -> None:
    sign_in(site, clinic.lea, "Old phone")
    clock.advance(minutes=121)
    sign_in(site, clinic.lea, "New phone")
    sign_in(site, clinic.leo, "Tablet")
    with site.reading(clinic.lea.actor) as ctx:
        assert [found.device for found in queries.list_own_sessions(ctx)] == ["New phone"]


def test_a_device_name_is_cut_to_its_column(site: Site, clinic: Clinic) -> None:
    sign_in(site, clinic.lea, "x" * 1000)
    with site.reading() as ctx:
        assert len(ctx.session.scalars(select(UserSession.device)).one()) == 200


def test_a_person_disabled_meanwhile_gets_no_session(site: Site, clinic: Clinic) -> None:
    def disable(ctx: Context) -> None:
        people.disable_person(ctx, ctx.session.get_one(User, clinic.lea.id))

    site.perform(disable)
    with pytest.raises(Invalid):
        sign_in(site, clinic.lea)


def test_signing_in_shows_when_somebody_was_active(
    site: Site, clinic: Clinic, clock: FrozenClock
) -> None:
    sign_in(site, clinic.lea)
    with site.reading() as ctx:
        assert ctx.session.get_one(User, clinic.lea.id).last_active_at == clock.now


def test_old_sessions_and_failures_are_forgotten(site: Site, clock: FrozenClock) -> None:
    person = make_person(site)
    sign_in(site, person)
    site.perform(sessions.begin_sign_in, person.email, "192.0.2.1")
    clock.advance(days=2)
    sign_in(site, person)
    site.perform(sessions.forget_old)
    with site.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(UserSession)) == 1
        assert queries.seconds_to_wait(ctx, person.email, "192.0.2.1") == 0


def test_a_token_nobody_has_is_nobody(site: Site, clinic: Clinic) -> None:
    sign_in(site, clinic.lea)
    for token in ("", "x", "\0", "ü" * 100):
        rows = site.database.rows
        found = queries.find_signed_in(rows, token, site.clock(), timedelta(hours=2))
        assert found is None


def test_ending_a_session_that_is_gone_is_not_found(site: Site, clinic: Clinic) -> None:
    actor = Actor(user_id=clinic.lea.id, grants=clinic.lea.actor.grants)
    with pytest.raises(NotFound):
        site.perform(sessions.end_own_session, 7, actor=actor)
