"""No book of a safety net ends a day below nothing, and an advance says the same in net and case."""

from django.db import migrations

CREATE = """
CREATE TRIGGER safety_nets_netentry_only_grows BEFORE UPDATE OR DELETE ON safety_nets_netentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER safety_nets_netentry_not_emptied BEFORE TRUNCATE ON safety_nets_netentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- The net's row is held, so that of many who draw at once each sees what the others left.
CREATE OR REPLACE FUNCTION net_book_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lowest numeric;
    said numeric;
BEGIN
    PERFORM 1 FROM safety_nets_safetynet WHERE id = NEW.net_id FOR NO KEY UPDATE;
    SELECT min(running) INTO lowest FROM (
        SELECT sum(amount) OVER (ORDER BY "on") AS running FROM (
            SELECT "on", amount FROM safety_nets_netentry WHERE net_id = NEW.net_id
            UNION ALL SELECT NEW."on", NEW.amount
        ) AS book
    ) AS days;
    IF lowest < 0 THEN
        RAISE EXCEPTION 'net % would stand at %', NEW.net_id, lowest USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.case_entry_id IS NOT NULL THEN
        SELECT amount INTO said FROM cases_ledgerentry WHERE id = NEW.case_entry_id AND case_id = NEW.case_id;
        IF said IS DISTINCT FROM -NEW.amount THEN
            RAISE EXCEPTION 'entry % of the case says %', NEW.case_entry_id, said USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER net_book_holds BEFORE INSERT ON safety_nets_netentry FOR EACH ROW EXECUTE FUNCTION net_book_holds();
"""
DROP = """
DROP TRIGGER net_book_holds ON safety_nets_netentry;
DROP FUNCTION net_book_holds();
DROP TRIGGER safety_nets_netentry_only_grows ON safety_nets_netentry;
DROP TRIGGER safety_nets_netentry_not_emptied ON safety_nets_netentry;
"""


class Migration(migrations.Migration):
    dependencies = [("safety_nets", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
