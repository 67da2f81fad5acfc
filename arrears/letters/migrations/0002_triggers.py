"""What a letter says is settled once it has its number."""

from django.db import migrations

CREATE = """
CREATE FUNCTION keep_issued_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an issued letter stays: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.case_id, NEW.kind, NEW.issuer_id, NEW.follows_id, NEW.ground, NEW.department, NEW.addressee,
        NEW.facts, NEW.breached, NEW.demand, NEW.supervisors, NEW.investigated_on, NEW.contact,
        NEW.drafted_by_id, NEW.drafted_at, NEW.submitted_by_id, NEW.submitted_at, NEW.decided_by_id,
        NEW.decided_at, NEW.year, NEW.serial, NEW.number, NEW.issued_on, NEW.reply_workdays, NEW.content,
        NEW.document, NEW.sha256, NEW.enclosures)
        IS DISTINCT FROM (OLD.case_id, OLD.kind, OLD.issuer_id, OLD.follows_id, OLD.ground, OLD.department,
        OLD.addressee, OLD.facts, OLD.breached, OLD.demand, OLD.supervisors, OLD.investigated_on, OLD.contact,
        OLD.drafted_by_id, OLD.drafted_at, OLD.submitted_by_id, OLD.submitted_at, OLD.decided_by_id,
        OLD.decided_at, OLD.year, OLD.serial, OLD.number, OLD.issued_on, OLD.reply_workdays, OLD.content,
        OLD.document, OLD.sha256, OLD.enclosures) THEN
        RAISE EXCEPTION 'an issued letter is locked' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letters_letter_locked BEFORE UPDATE OR DELETE ON letters_letter
    FOR EACH ROW WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION keep_issued_letter();
"""
DROP = """
DROP TRIGGER letters_letter_locked ON letters_letter;
DROP FUNCTION keep_issued_letter();
"""


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
