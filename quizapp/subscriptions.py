"""What happens when something happened: each event's handlers, in order."""

from quizapp.features.accounts.events import PersonRenamed
from quizapp.features.attempts.events import AttemptGraded, AttemptStarted, AttemptSubmitted
from quizapp.features.courses.events import CourseChanged, Enrolled
from quizapp.features.grading import handlers as grading
from quizapp.features.progress import handlers as progress
from quizapp.features.progress.events import ProgressChanged
from quizapp.features.reports import handlers as reports
from quizapp.features.teams.events import MembershipEnded, MembershipStarted
from quizapp.infrastructure.context import Subscriptions

SUBSCRIPTIONS: Subscriptions = {
    PersonRenamed: (progress.on_person_renamed,),
    Enrolled: (progress.on_enrolled,),
    CourseChanged: (progress.on_course_changed,),
    AttemptStarted: (progress.on_attempt,),
    AttemptSubmitted: (grading.on_submitted,),
    AttemptGraded: (progress.on_attempt,),
    ProgressChanged: (reports.on_progress_changed,),
    MembershipStarted: (reports.on_membership_started,),
    MembershipEnded: (reports.on_membership_ended,),
}
