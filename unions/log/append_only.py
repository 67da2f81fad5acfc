"""Tables that only grow, guarded by the database itself: `queryset.update()` walks past every Python guard."""

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Emptying whole tables between tests is the one exception; the setting exists in no other place.
    IF TG_OP = 'TRUNCATE' AND current_setting('xinbao.may_truncate', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only(table: str) -> migrations.RunSQL:
    """A migration operation: no row of `table` is ever changed or removed."""
    return migrations.RunSQL(
        f"""{_FUNCTION}
        CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """,
        f"DROP TRIGGER {table}_only_grows ON {table}; DROP TRIGGER {table}_not_emptied ON {table};",
    )
