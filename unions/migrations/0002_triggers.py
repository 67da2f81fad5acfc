"""The event log and its seals only grow."""

from django.db import migrations

CREATE = """
-- Emptying whole tables between tests is the one exception; the setting exists in no other place.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('xinbao.may_truncate', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER unions_event_only_grows BEFORE UPDATE OR DELETE ON unions_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER unions_event_not_emptied BEFORE TRUNCATE ON unions_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER unions_seal_only_grows BEFORE UPDATE OR DELETE ON unions_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER unions_seal_not_emptied BEFORE TRUNCATE ON unions_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER unions_event_only_grows ON unions_event;
DROP TRIGGER unions_event_not_emptied ON unions_event;
DROP TRIGGER unions_seal_only_grows ON unions_seal;
DROP TRIGGER unions_seal_not_emptied ON unions_seal;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("unions", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
