"""The table of who may do what, and that both ways of asking it agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.access.policy import NOBODY, POLICY, Belonging, Reach, Span
from quizapp.domain.access.roles import ANONYMOUS, SYSTEM, Actor, Grant, Role
from quizapp.domain.errors import AccessDenied

EXPECTED = """
accommodation:manage                              manager=team   administrator=any
account:manage     learner=own   instructor=own     manager=own   administrator=own
attempt:adjust                   instructor=course
attempt:answer     learner=own
attempt:correct                  instructor=course
attempt:mark                     instructor=course
attempt:read       learner=own   instructor=course
audit:read                                                        administrator=any
course:read        learner=any   instructor=course  manager=any   administrator=any
course:write
enrollment:assign                instructor=course  manager=team
enrollment:create  learner=own   instructor=course  manager=team
job:retry                                                         administrator=any
lesson:complete    learner=own
person:manage                                                     administrator=any
problem:answer                   instructor=course
problem:report     learner=own
question:read                    instructor=course
question:write                   instructor=course
quiz:read                        instructor=course
report:read                                         manager=team
settings:read                                                     administrator=any
team:manage                                                       administrator=any
"""
PEOPLE = [Role.LEARNER, Role.INSTRUCTOR, Role.MANAGER, Role.ADMINISTRATOR]
ids = st.integers(1, 3)
grants = st.one_of(
    st.builds(Grant, st.sampled_from([Role.LEARNER, Role.ADMINISTRATOR])),
    st.builds(Grant, st.just(Role.INSTRUCTOR), course_id=st.none() | ids),
    st.builds(Grant, st.just(Role.MANAGER), team_id=st.none() | ids),
)
actors = st.builds(Actor, user_id=ids, grants=st.lists(grants, max_size=3).map(tuple))
belongings = st.builds(
    Belonging,
    learner_id=st.none() | ids,
    course_id=st.none() | ids,
    team_ids=st.frozensets(ids, max_size=2),
)


def test_the_table_is_what_was_decided() -> None:
    written = {}
    for line in EXPECTED.strip().splitlines():
        name, *cells = line.split()
        pairs = (cell.split("=") for cell in cells)
        written[Permission(name)] = {Role(role): Reach(reach) for role, reach in pairs}
    assert written == POLICY


def test_permissions_are_in_order_and_read_subject_action() -> None:
    names = [str(permission) for permission in Permission]
    assert names == sorted(names)
    assert all(name.count(":") == 1 for name in names)
    assert [p.name for p in Permission] == [n.upper().replace(":", "_") for n in names]


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", PEOPLE)
def test_what_is_not_in_the_table_is_refused(permission: Permission, role: Role) -> None:
    actor = Actor(user_id=1, grants=(Grant(role),))
    everything = Belonging(1, 1, frozenset({1}))
    is_in_table = role in POLICY[permission]
    assert policy.may(actor, permission) is is_in_table
    assert policy.may(actor, permission, everything) is is_in_table


@pytest.mark.parametrize("permission", list(Permission))
def test_nobody_may_do_anything_without_a_role(permission: Permission) -> None:
    for actor in (ANONYMOUS, Actor(user_id=1)):
        assert not policy.may(actor, permission)
        assert not policy.may(actor, permission, Belonging(1, 1, frozenset({1})))
        with pytest.raises(AccessDenied):
            policy.demand(actor, permission)


@pytest.mark.parametrize("permission", list(Permission))
def test_the_system_may_do_everything(permission: Permission) -> None:
    policy.demand(SYSTEM, permission, Belonging(1, 2, frozenset({3})))
    assert policy.reach(SYSTEM, permission) == Span(everything=True)


def allowed_by_hand(actor: Actor, permission: Permission, belonging: Belonging) -> bool:
    """The rule as the paper says it, one grant after the other."""
    for grant in actor.grants:
        found = POLICY[permission].get(grant.role)
        is_limited = (grant.course_id if found is Reach.COURSE else grant.team_id) is not None
        if (
            found is Reach.ANY
            or (found is Reach.OWN and belonging.learner_id == actor.user_id)
            or (found in {Reach.COURSE, Reach.TEAM} and not is_limited)
            or (found is Reach.COURSE and belonging.course_id == grant.course_id)
            or (found is Reach.TEAM and grant.team_id in belonging.team_ids)
        ):
            return True
    return False


@given(actors, st.sampled_from(Permission), belongings)
def test_reach_and_check_agree(actor: Actor, permission: Permission, belonging: Belonging) -> None:
    span = policy.reach(actor, permission)
    expected = allowed_by_hand(actor, permission, belonging)
    assert span.covers(belonging) is expected
    assert policy.may(actor, permission, belonging) is expected
    assert policy.may(actor, permission) is not span.is_empty


@given(actors, st.sampled_from(Permission), belongings)
def test_demand_raises_exactly_where_may_says_no(
    actor: Actor, permission: Permission, belonging: Belonging
) -> None:
    try:
        policy.demand(actor, permission, belonging)
    except AccessDenied:
        assert not policy.may(actor, permission, belonging)
    else:
        assert policy.may(actor, permission, belonging)


def test_an_object_of_nobody_is_covered_only_by_everything() -> None:
    assert not Span(learner_id=1, course_ids=frozenset({1}), team_ids=frozenset({1})).covers(NOBODY)
    assert Span(everything=True).covers(NOBODY)


def test_an_actor_knows_their_roles() -> None:
    actor = Actor(user_id=1, grants=(Grant(Role.MANAGER, team_id=2),))
    assert actor.has_role(Role.MANAGER)
    assert not actor.has_role(Role.LEARNER)
    assert actor.is_signed_in
    assert not ANONYMOUS.is_signed_in
