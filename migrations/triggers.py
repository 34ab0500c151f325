"""Triggers that keep history unchangeable, for both engines; a rebuilt table needs them again."""

from alembic import op


def refuse(table: str, act: str, condition: str = "") -> None:
    """Refuse UPDATE or DELETE of a table's rows, where the condition (on OLD, NEW) holds."""
    name = f"{table}_refuse_{act.lower()}"
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:  # older versions know only this word for it
        condition = condition.replace("IS DISTINCT FROM", "IS NOT")
    when = f"WHEN ({condition})" if condition else ""
    message = f"{table} rows do not change"
    if is_sqlite:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% rows do not change', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {when} "
        "EXECUTE FUNCTION refuse_change()"
    )


def insert_only(table: str) -> None:
    refuse(table, "UPDATE")
    refuse(table, "DELETE")


def drop(table: str, *acts: str) -> None:
    for act in acts or ("UPDATE", "DELETE"):
        name = f"{table}_refuse_{act.lower()}"
        on = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
        op.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
