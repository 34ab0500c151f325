"""Runs the migrations on the connection that quizapp.infrastructure.migrations hands over."""

from alembic import context

from quizapp.infrastructure import tables
from quizapp.infrastructure.database import Model

tables.load_all()


def include_object(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """Leave the tables of the job queue (huey) alone."""
    return not (kind == "table" and (name or "").startswith("huey_"))


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        transaction_per_migration=False,
        include_object=include_object,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
