"""What a course offers its questions: objectives, hazards and references, in words.

Courses and questions stand side by side, so these tables are read by their names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import Integer, String, column, select, table

from quizapp.domain.access import policy
from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.features.questions import queries
from quizapp.features.questions.models import Question, QuestionVersion
from quizapp.infrastructure.context import Context
from quizapp.infrastructure.types import Json
from quizapp.question_types import item, registry

_courses = table(
    "courses",
    column("id", Integer),
    column("slug", String),
    column("title", String),
    column("state", String),
    column("position", Integer),
)
_objectives = table(
    "objectives",
    column("course_id", Integer),
    column("code", String),
    column("text", String),
    column("position", Integer),
)
_hazards = table(
    "hazards",
    column("course_id", Integer),
    column("code", String),
    column("title", String),
    column("position", Integer),
)
_references = table(
    "course_references",
    column("course_id", Integer),
    column("code", String),
    column("text", String),
    column("url", String),
)


_lessons = table(
    "lessons",
    column("course_id", Integer),
    column("state", String),
    column("version_id", Integer),
)
_lesson_versions = table("lesson_versions", column("id", Integer), column("document", Json))


@dataclass(frozen=True, slots=True)
class Source:
    """A reference as learners read it."""

    code: str
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A course as its authors need it; each mapping is by code, in the course's order.

    `figures` are drawings by name, there only `with_figures`.
    """

    id: int
    slug: str
    title: str
    is_live: bool
    objectives: dict[str, str] = field(default_factory=dict)
    hazards: dict[str, str] = field(default_factory=dict)
    references: dict[str, Source] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)

    def sources(self, codes: Iterable[str]) -> list[Source]:
        """The references of these codes; one the course has no more is its code alone."""
        return [self.references.get(code, Source(code, code, None)) for code in codes]


def list_courses(ctx: Context, permission: Permission) -> list[Surroundings]:
    """The courses whose questions the actor may see or write, with their objectives."""
    span = policy.reach(ctx.actor, permission)
    asked = select(_courses).order_by(_courses.c.position, _courses.c.title)
    if not span.everything:
        asked = asked.where(_courses.c.id.in_(span.course_ids))
    found = {
        row.id: Surroundings(row.id, row.slug, row.title, row.state == "live")
        for row in ctx.session.execute(asked)
    }
    rows = ctx.session.execute(
        select(_objectives)
        .where(_objectives.c.course_id.in_(found))
        .order_by(_objectives.c.position)
    )
    for row in rows:
        found[row.course_id].objectives[row.code] = row.text
    return list(found.values())


def get_course(ctx: Context, slug: str, permission: Permission) -> Surroundings:
    """A course with everything it offers; raises NotFound unless the actor may."""
    number = ctx.session.scalar(select(_courses.c.id).where(_courses.c.slug == slug))
    if number is None:
        raise NotFound
    return get_surroundings(ctx, number, permission)


def get_surroundings(ctx: Context, course_id: int, permission: Permission) -> Surroundings:
    """The course of a question, with everything it offers."""
    policy_span = policy.reach(ctx.actor, permission)
    if not (policy_span.everything or course_id in policy_span.course_ids):
        raise NotFound
    run = ctx.session.execute
    row = run(select(_courses).where(_courses.c.id == course_id)).one()
    objectives = run(
        select(_objectives.c.code, _objectives.c.text)
        .where(_objectives.c.course_id == course_id)
        .order_by(_objectives.c.position)
    )
    hazards = run(
        select(_hazards.c.code, _hazards.c.title)
        .where(_hazards.c.course_id == course_id)
        .order_by(_hazards.c.position)
    )
    sources = run(
        select(_references.c.code, _references.c.text, _references.c.url)
        .where(_references.c.course_id == course_id)
        .order_by(_references.c.text)
    )
    return Surroundings(
        id=row.id,
        slug=row.slug,
        title=row.title,
        is_live=row.state == "live",
        objectives=dict(objectives.all()),
        hazards=dict(hazards.all()),
        references={source.code: Source(*source) for source in sources},
    )


def with_figures(ctx: Context, course: Surroundings) -> Surroundings:
    """The course with the figures that its lessons and its questions show now."""
    found: dict[str, str] = {}
    bodies = ctx.session.scalars(
        select(QuestionVersion.body)
        .join(Question, queries.shown_version())
        .where(Question.course_id == course.id, QuestionVersion.type.in_(_with_pictures()))
        .order_by(QuestionVersion.id)
    )
    for body in bodies:
        found.update(item.drawings(item.from_body(body)))
    documents = ctx.session.scalars(
        select(_lesson_versions.c.document)
        .join(_lessons, _lessons.c.version_id == _lesson_versions.c.id)
        .where(_lessons.c.course_id == course.id, _lessons.c.state == "live")
    )
    for document in documents:
        found.update(document["figures"])
    return replace(course, figures=dict(sorted(found.items())))


def _with_pictures() -> list[str]:
    return [kind.name for kind in registry.TYPES if kind.shows_figures]
