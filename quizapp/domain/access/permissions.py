"""Every permission there is, alphabetical, written subject:action."""

from enum import StrEnum


class Permission(StrEnum):
    """Something one may be allowed to do; the policy says who."""

    ACCOMMODATION_MANAGE = "accommodation:manage"
    ACCOUNT_MANAGE = "account:manage"
    ATTEMPT_ADJUST = "attempt:adjust"
    ATTEMPT_ANSWER = "attempt:answer"
    ATTEMPT_CORRECT = "attempt:correct"
    ATTEMPT_MARK = "attempt:mark"
    ATTEMPT_READ = "attempt:read"
    AUDIT_READ = "audit:read"
    COURSE_READ = "course:read"
    COURSE_WRITE = "course:write"
    ENROLLMENT_ASSIGN = "enrollment:assign"
    ENROLLMENT_CREATE = "enrollment:create"
    JOB_RETRY = "job:retry"
    LESSON_COMPLETE = "lesson:complete"
    PERSON_MANAGE = "person:manage"
    PROBLEM_ANSWER = "problem:answer"
    PROBLEM_REPORT = "problem:report"
    QUESTION_READ = "question:read"
    QUESTION_WRITE = "question:write"
    QUIZ_READ = "quiz:read"
    REPORT_READ = "report:read"
    SETTINGS_READ = "settings:read"
    TEAM_MANAGE = "team:manage"
