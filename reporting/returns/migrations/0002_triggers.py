"""What was approved is never changed: only what becomes of it is written later."""

from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_change_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND
       (OLD.report_id, OLD.number, OLD.nil, OLD.cells, OLD.texts, OLD.sources, OLD.as_of, OLD.form_digest,
        OLD.rulebook_digest, OLD.calendar_version, OLD.hash, OLD.reason, OLD.remarks, OLD.explanation, OLD.signed_by_id, OLD.signed_for_id,
        OLD.signed_at, OLD.approved_by_id, OLD.approved_for_id, OLD.approved_at)
       IS NOT DISTINCT FROM
       (NEW.report_id, NEW.number, NEW.nil, NEW.cells, NEW.texts, NEW.sources, NEW.as_of, NEW.form_digest,
        NEW.rulebook_digest, NEW.calendar_version, NEW.hash, NEW.reason, NEW.remarks, NEW.explanation, NEW.signed_by_id, NEW.signed_for_id,
        NEW.signed_at, NEW.approved_by_id, NEW.approved_for_id, NEW.approved_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an approved return is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER approved_version_stands BEFORE UPDATE OR DELETE ON returns_returnversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_version();
CREATE FUNCTION refuse_change_of_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM returns_returnversion
               WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.version_id ELSE OLD.version_id END
                 AND approved_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a figure of an approved return is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER frozen_figure_stands BEFORE INSERT OR UPDATE OR DELETE ON returns_frozenfigure
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_figure();
CREATE TRIGGER correction_stands BEFORE UPDATE OR DELETE ON returns_correction
    FOR EACH ROW WHEN (OLD.version_id IS NOT NULL) EXECUTE FUNCTION refuse_change_of_figure();
"""
DROP = """
DROP TRIGGER correction_stands ON returns_correction;
DROP TRIGGER frozen_figure_stands ON returns_frozenfigure;
DROP FUNCTION refuse_change_of_figure;
DROP TRIGGER approved_version_stands ON returns_returnversion;
DROP FUNCTION refuse_change_of_version;
"""


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
