"""The ledger only grows; a note is withdrawn, never changed."""

from django.db import migrations

CREATE = """
CREATE TRIGGER cases_ledgerentry_only_grows BEFORE UPDATE OR DELETE ON cases_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_ledgerentry_not_emptied BEFORE TRUNCATE ON cases_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_change_of_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL
        AND to_jsonb(NEW) - 'withdrawn_at' = to_jsonb(OLD) - 'withdrawn_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is withdrawn or left: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER cases_casenote_only_withdrawn BEFORE UPDATE OR DELETE ON cases_casenote
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_note();
CREATE TRIGGER cases_casenote_not_emptied BEFORE TRUNCATE ON cases_casenote
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER cases_casenote_only_withdrawn ON cases_casenote;
DROP TRIGGER cases_casenote_not_emptied ON cases_casenote;
DROP FUNCTION refuse_change_of_note();
DROP TRIGGER cases_ledgerentry_only_grows ON cases_ledgerentry;
DROP TRIGGER cases_ledgerentry_not_emptied ON cases_ledgerentry;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
