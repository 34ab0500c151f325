"""Words for what the audit log and the job list hold: each code as people would say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from quizapp.domain.errors import N_


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text to translate and what to fill in, once the reader's language is known."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)


def plain(text: object) -> Phrase:
    """Something that is the same in every language, such as a name."""
    return Phrase("%(text)s", {"text": text})


GROUPS: dict[str, dict[str, str]] = {
    N_("People"): {
        "person.created": N_("Added a person"),
        "person.changed": N_("Changed a person"),
        "person.disabled": N_("Disabled a person"),
        "person.enabled": N_("Enabled a person"),
        "password_link.created": N_("Made a one-time password link"),
        "adjustment.set": N_("Set an adjustment"),
        "adjustment.changed": N_("Changed an adjustment"),
        "adjustment.ended": N_("Ended an adjustment"),
    },
    N_("Sign-in"): {
        "session.started": N_("Signed in"),
        "session.refused": N_("Failed to sign in"),
        "access.denied": N_("Asked for a page of another role"),
        "session.ended": N_("Signed out"),
        "session.others_ended": N_("Signed out on other devices"),
        "password.changed": N_("Changed a password"),
        "password_link.requested": N_("Asked for a new password"),
    },
    N_("Teams"): {
        "team.created": N_("Made a team"),
        "team.renamed": N_("Renamed a team"),
        "membership.started": N_("Added somebody to a team"),
        "membership.ended": N_("Removed somebody from a team"),
    },
    N_("Courses"): {
        "course.changed": N_("Published a course outline"),
        "lesson.published": N_("Published a lesson"),
        "lesson.retired": N_("Retired a lesson"),
        "enrollment.created": N_("Enrolled in a course"),
        "course.completed": N_("Completed a course"),
    },
    N_("Questions"): {
        "question.created": N_("Added a question"),
        "question.draft_saved": N_("Saved a draft of a question"),
        "question.draft_discarded": N_("Discarded a draft of a question"),
        "question.made_live": N_("Made a question live"),
        "question.retired": N_("Retired a question"),
        "question.restored": N_("Restored a question"),
        "stimulus.published": N_("Published a case"),
    },
    N_("Quizzes and attempts"): {
        "quiz.published": N_("Published a quiz"),
        "quiz.retired": N_("Retired a quiz"),
        "attempt.started": N_("Started a quiz"),
        "attempt.submitted": N_("Handed in a quiz"),
        "attempt.time_changed": N_("Gave an attempt more time"),
        "break.started": N_("Began a break in a quiz"),
        "break.ended": N_("Ended a break in a quiz"),
        "extra_attempt.given": N_("Gave an extra attempt"),
        "upload.stored": N_("Uploaded a file as an answer"),
    },
    N_("Marks and reported problems"): {
        "mark.given": N_("Marked an answer"),
        "mark.changed": N_("Changed the mark of an answer"),
        "marks.put_back": N_("Had answers marked anew"),
        "correction.made": N_("Corrected marks"),
        "correction.applied": N_("Applied a correction of marks"),
        "correction.undone": N_("Took a correction of marks back"),
        "attempt.voided": N_("Voided an attempt"),
        "attempt.restored": N_("Took back that an attempt was voided"),
        "attempt.read": N_("Opened the answers of an attempt"),
        "problem.reported": N_("Reported a problem with a question"),
        "problem.answered": N_("Answered a reported problem"),
        "problem.seen": N_("Read the answer to a reported problem"),
    },
    N_("Administration"): {
        "audit_log.exported": N_("Downloaded the audit log"),
        "report.exported": N_("Downloaded a report"),
        "job.retried": N_("Tried a failed job again"),
        "signing_key.rotated": N_("Made a new signing key"),
    },
}
"""Every action, by what it is about; a test finds one that is missing here."""

ACTIONS = {code: words for group in GROUPS.values() for code, words in group.items()}

ROLES = {
    "learner": N_("Learner"),
    "instructor": N_("Instructor"),
    "manager": N_("Manager"),
    "administrator": N_("Administrator"),
}

JOBS = {
    "accounts.send_reset": N_("Send a link for a new password"),
    "attempts.issue_receipt": N_("Sign a receipt"),
    "grading.apply_correction": N_("Correct marks"),
    "grading.undo_correction": N_("Take a correction of marks back"),
    "mail.send": N_("Send a mail"),
    "progress.refresh_course": N_("Work out progress in a course anew"),
    "progress.refresh_enrollment": N_("Work out a person’s progress once a score is released"),
    "reports.check_counts": N_("Check the figures of reports"),
    "reports.make_file": N_("Make a report file"),
}
"""Every kind of background job; a test finds one that is missing here."""


def action_words(code: str) -> Phrase:
    """What was done; a code without words is shown spelled out."""
    words = ACTIONS.get(code)
    return Phrase(words) if words else plain(code.replace(".", " ").replace("_", " ").capitalize())


def job_words(name: str) -> Phrase:
    words = JOBS.get(name)
    return Phrase(words) if words else plain(name)
