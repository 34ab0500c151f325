"""Enrolling people: a course, then those who are not in it yet."""

from typing import Any

import flask
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from quizapp.domain.access.permissions import Permission
from quizapp.domain.errors import NotFound
from quizapp.features.reports.commands import enrolment as commands
from quizapp.features.reports.forms import EnrolForm
from quizapp.features.reports.queries import enrolment
from quizapp.features.reports.queries.asking import MAX_SEARCH
from quizapp.features.reports.queries.scope import CourseChoice
from quizapp.features.reports.views import bp
from quizapp.web import request
from quizapp.web.guard import requires


@bp.get("/team/enrol")
@requires(Permission.ENROLLMENT_ASSIGN)
def enrol() -> Any:
    return _page(EnrolForm(formdata=None))


@bp.post("/team/enrol")
@requires(Permission.ENROLLMENT_ASSIGN)
def enrol_people() -> Any:
    form = EnrolForm()
    if not form.validate():
        return _page(form), 422
    courses = enrolment.get_enrolment_choices(request.context())[1]
    course = _find(courses, form.course.data or "")
    count = request.perform(commands.enroll_people, course.id, form.people.data)
    if count:
        done = ngettext(
            "%(num)s person was enrolled in %(course)s.",
            "%(num)s people were enrolled in %(course)s.",
            count,
            course=course.title,
        )
        flash(done, "ok")
    else:
        flash(_("Nobody was enrolled: they were all in the course already."), "")
    values = flask.request.args
    page = url_for("reports.enrol", course=course.slug, team=values.get("team"), q=values.get("q"))
    return redirect(page, 303)


def _find(courses: list[CourseChoice], slug: str) -> CourseChoice:
    """A course the actor may enroll others in; raises NotFound."""
    found = next((course for course in courses if course.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def _page(form: EnrolForm) -> str:
    ctx = request.context()
    values = flask.request.args
    choices, courses = enrolment.get_enrolment_choices(ctx)
    team, search = values.get("team", ""), values.get("q", "").strip()[:MAX_SEARCH]
    choices.scope(team)  # another's team is not found, whatever the course
    slug = form.course.data or values.get("course", "")
    course = courses[0] if len(courses) == 1 else None
    if slug:
        course = _find(courses, slug)
    return render_template(
        "reports/enrol.html",
        form=form,
        choices=choices,
        courses=courses,
        course=course,
        team=team,
        search=search,
        found=enrolment.list_candidates(ctx, choices, course, team, search) if course else None,
        shown=enrolment.SHOWN,
    )
