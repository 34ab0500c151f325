"""The pages of those who run the product, with the codes a server's sample data has."""

from collections.abc import Callable

from sqlalchemy import select

from quizapp.features.accounts.models import User
from quizapp.features.attempts.models import Attempt
from quizapp.features.questions.models import Question
from quizapp.features.quizzes.models import Quiz
from quizapp.features.teams.models import Membership, Team
from tests.e2e.journeys import COURSE
from tests.e2e.records import CHOICE, ESSAY, QUIZ, records_of
from tests.e2e.server import Server

SIGNED_OUT = [
    "/sign-in",
    "/password/forgotten",
    "/password/new/never-made",
    "/verify",
    "/verify/AAAA-BBBB-CCCC-DDDD-EEEE",
    "/no-such-page",
]
EVERYONE = ["/account", "/account/adjustments", "/no-such-page"]
LESSON = f"{COURSE}/mechanisms/local-twitch-response"
QUIZZES = f"/teach/quizzes/{COURSE.rpartition('/')[2]}"


def instructor_pages(server: Server) -> list[str]:
    with server.site.reading() as ctx:
        codes = ctx.session.scalars(select(Question.code).order_by(Question.id).limit(60)).all()
        person, number = ctx.session.execute(
            select(User.code, Attempt.number)
            .join(Attempt, Attempt.user_id == User.id)
            .join(Quiz, Quiz.id == Attempt.quiz_id)
            .where(Quiz.slug == "mechanisms-quiz")
            .limit(1)
        ).one()
    return [
        "/teach/questions",
        "/teach/questions?status=draft",
        "/teach/questions/new",
        *(f"/teach/questions/{code}" for code in codes[::20]),
        f"/teach/questions/{codes[0]}/edit",
        f"/teach/questions/{codes[0]}/retire",
        "/teach/quizzes",
        "/teach/grading",
        f"{QUIZZES}/mechanisms-quiz",
        f"/teach/questions/{codes[0]}/correct",
        "/teach/corrections",
        "/teach/problems",
        "/teach/problems?state=answered",
        f"{QUIZZES}/mechanisms-quiz/{person}/attempt-{number}/time",
        f"{QUIZZES}/mechanisms-quiz/{person}/extra-attempt",
        *record_pages(server),
    ]


def record_pages(server: Server) -> list[str]:
    """Marking, corrections, reports, records and time, with something on each."""
    made = records_of(server)
    return [
        f"/teach/grading/{ESSAY}",
        f"/teach/grading/{ESSAY}?show=all",
        f"/teach/grading/{ESSAY}/again",
        made.to_mark,
        made.to_decide,
        made.marked,
        made.correction,
        made.undone,
        f"{made.correction}/undo",
        f"/teach/corrections?question={CHOICE}",
        f"/teach/problems?question={CHOICE}&state=all",
        made.report,
        made.answered,
        f"{QUIZZES}/{QUIZ}",
        made.attempt,
        made.voided,
        f"{made.attempt}/explained",
        f"{made.attempt}/journal",
        f"{made.attempt}/void",
        f"{made.attempt}/time",
        made.time,
        made.extra_attempt,
    ]


def learner_pages(server: Server) -> list[str]:
    """What the learner of these records reads about them."""
    made = records_of(server)
    return [
        f"{made.own}/result",
        f"{made.own}/explained",
        f"{made.own}/journal",
        f"{made.own}/receipt",
        f"{made.own}/question-1/problem",
        "/problems",
        made.receipt,
    ]


def manager_pages(server: Server) -> list[str]:
    with server.site.reading() as ctx:
        code = ctx.session.scalar(select(User.code).where(User.email == "trainee@example.org"))
    return [
        "/team",
        "/team/report",
        "/team/report?q=nobody",
        f"/team/people/{code}",
        f"/people/{code}/adjustment",
        "/team/enrol",
    ]


def administrator_pages(server: Server) -> list[str]:
    with server.site.reading() as ctx:
        member, team = ctx.session.execute(
            select(User.code, Team.code)
            .join(Membership, Membership.user_id == User.id)
            .join(Team, Team.id == Membership.team_id)
            .where(User.email.startswith("sample-"), Membership.left_at.is_(None))
            .order_by(Membership.id)
            .limit(1)
        ).one()
    return [
        "/admin/users",
        "/admin/users/new",
        f"/admin/users/{member}",
        f"/admin/users/{member}/disable",
        f"/people/{member}/adjustment",
        records_of(server).adjustment,
        f"{records_of(server).adjustment}/end",
        "/admin/teams",
        "/admin/teams/new",
        f"/admin/teams/{team}?q=trainee",
        f"/admin/teams/{team}/rename",
        f"/admin/teams/{team}/members/{member}/remove",
        "/admin/audit-log",
        "/admin/mail-and-jobs",
    ]


PAGES: dict[str, Callable[[Server], list[str]]] = {
    "instructor": instructor_pages,
    "manager": manager_pages,
    "admin": administrator_pages,
}
