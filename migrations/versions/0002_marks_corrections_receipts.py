"""marks by people, corrections, adjustments, receipts

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSERT_ONLY = ("extra_attempts", "receipts", "time_changes")


def upgrade() -> None:
    op.create_table(
        "accommodations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.String(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_accommodations_set_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_accommodations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodations")),
    )
    with op.batch_alter_table("accommodations", schema=None) as batch_op:
        batch_op.create_index(
            "uq_accommodations_present",
            ["user_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "extra_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["given_by"], ["users.id"], name=op.f("fk_extra_attempts_given_by")
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quizzes.id"], name=op.f("fk_extra_attempts_quiz_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_extra_attempts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_attempts")),
    )
    with op.batch_alter_table("extra_attempts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_extra_attempts_user_id_quiz_id", ["user_id", "quiz_id"], unique=False
        )

    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("is_never_lower", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('accept', 'void', 'full_marks', 'new_key')", name=op.f("ck_corrections_kind")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_corrections_course_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_corrections_made_by")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_corrections_question_id")
        ),
        sa.ForeignKeyConstraint(["undone_by"], ["users.id"], name=op.f("fk_corrections_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("code", name=op.f("uq_corrections_code")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index("ix_corrections_question_id", ["question_id"], unique=False)

    op.create_table(
        "correction_effects",
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_correction_effects_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["corrections.id"], name=op.f("fk_correction_effects_correction_id")
        ),
        sa.PrimaryKeyConstraint(
            "correction_id", "attempt_id", "slot", name=op.f("pk_correction_effects")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("correction_effects", schema=None) as batch_op:
        batch_op.create_index("ix_correction_effects_attempt_id", ["attempt_id"], unique=False)

    op.create_table(
        "problem_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'answered')", name=op.f("ck_problem_reports_state")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["users.id"], name=op.f("fk_problem_reports_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_problem_reports_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_problem_reports_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_problem_reports_question_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["users.id"], name=op.f("fk_problem_reports_reporter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_reports")),
        sa.UniqueConstraint("code", name=op.f("uq_problem_reports_code")),
    )
    with op.batch_alter_table("problem_reports", schema=None) as batch_op:
        batch_op.create_index(
            "ix_problem_reports_course_id_state", ["course_id", "state"], unique=False
        )
        batch_op.create_index("ix_problem_reports_reporter_id", ["reporter_id"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_receipts_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_receipts_attempt_id")),
        sa.UniqueConstraint("code", name=op.f("uq_receipts_code")),
    )
    op.create_table(
        "time_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('adjustment', 'minutes', 'break_started', 'break_ended')",
            name=op.f("ck_time_changes_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_time_changes_attempt_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_time_changes_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_changes")),
    )
    with op.batch_alter_table("time_changes", schema=None) as batch_op:
        batch_op.create_index("ix_time_changes_attempt_id", ["attempt_id"], unique=False)

    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_uploads_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint(
            "attempt_id", "slot", "digest", name=op.f("uq_uploads_attempt_id_slot_digest")
        ),
    )
    op.create_table(
        "item_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("round", sa.String(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("levels", JSON, nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "round IN ('first', 'second', 'moderation')", name=op.f("ck_item_marks_round")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id", "slot"],
            ["attempt_items.attempt_id", "attempt_items.slot"],
            name=op.f("fk_item_marks_attempt_id_slot"),
        ),
        sa.ForeignKeyConstraint(["marker_id"], ["users.id"], name=op.f("fk_item_marks_marker_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_item_marks_question_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_marks")),
    )
    with op.batch_alter_table("item_marks", schema=None) as batch_op:
        batch_op.create_index(
            "uq_item_marks_present",
            ["attempt_id", "slot", "round"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "remarkings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_remarkings_asked_by")),
        sa.ForeignKeyConstraint(
            ["attempt_id", "slot"],
            ["attempt_items.attempt_id", "attempt_items.slot"],
            name=op.f("fk_remarkings_attempt_id_slot"),
        ),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["question_versions.id"],
            name=op.f("fk_remarkings_question_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarkings")),
    )
    with op.batch_alter_table("remarkings", schema=None) as batch_op:
        batch_op.create_index(
            "uq_remarkings_open",
            ["attempt_id", "slot"],
            unique=True,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.add_column("attempt_items", sa.Column("awarded", sa.String(), nullable=True))
    op.add_column(
        "attempt_items",
        sa.Column("is_void", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("attempt_items", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempts", sa.Column("allowance", JSON, nullable=True))
    op.add_column("attempts", sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempts", sa.Column("voiding", JSON, nullable=True))
    for table in INSERT_ONLY:
        triggers.insert_only(table)


def downgrade() -> None:
    for table in INSERT_ONLY:
        triggers.drop(table)
    op.drop_column("attempts", "voiding")
    op.drop_column("attempts", "voided_at")
    op.drop_column("attempts", "allowance")
    op.drop_column("attempt_items", "left_at")
    op.drop_column("attempt_items", "is_void")
    op.drop_column("attempt_items", "awarded")
    with op.batch_alter_table("remarkings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_remarkings_open",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.drop_table("remarkings")
    with op.batch_alter_table("item_marks", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_item_marks_present",
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.drop_table("item_marks")
    op.drop_table("uploads")
    with op.batch_alter_table("time_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_time_changes_attempt_id")

    op.drop_table("time_changes")
    op.drop_table("receipts")
    with op.batch_alter_table("problem_reports", schema=None) as batch_op:
        batch_op.drop_index("ix_problem_reports_reporter_id")
        batch_op.drop_index("ix_problem_reports_course_id_state")

    op.drop_table("problem_reports")
    with op.batch_alter_table("correction_effects", schema=None) as batch_op:
        batch_op.drop_index("ix_correction_effects_attempt_id")

    op.drop_table("correction_effects")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_index("ix_corrections_question_id")

    op.drop_table("corrections")
    with op.batch_alter_table("extra_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_extra_attempts_user_id_quiz_id")

    op.drop_table("extra_attempts")
    with op.batch_alter_table("accommodations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_accommodations_present",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("accommodations")
