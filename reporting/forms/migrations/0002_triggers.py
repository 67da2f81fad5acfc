"""An edition is never edited: only its stage moves, and a day once set stays."""

from django.db import migrations

CREATE = """
CREATE TRIGGER forms_formtext_only_grows BEFORE UPDATE OR DELETE ON forms_formtext
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER forms_formtext_not_emptied BEFORE TRUNCATE ON forms_formtext
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_edited_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.key, OLD.content, OLD.digest, OLD.replaces, OLD.file, OLD.office_id, OLD.by_id, OLD.uploaded_at)
            IS DISTINCT FROM (NEW.key, NEW.content, NEW.digest, NEW.replaces, NEW.file, NEW.office_id, NEW.by_id,
        NEW.uploaded_at)
        OR (OLD.active_from IS NOT NULL AND NEW.active_from IS DISTINCT FROM OLD.active_from)
        OR (OLD.active_until IS NOT NULL AND NEW.active_until IS DISTINCT FROM OLD.active_until) THEN
        RAISE EXCEPTION 'an edition of a form is never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER forms_formedition_never_edited BEFORE UPDATE OR DELETE ON forms_formedition
    FOR EACH ROW EXECUTE FUNCTION refuse_edited_form();
"""
DROP = """
DROP TRIGGER forms_formedition_never_edited ON forms_formedition;
DROP FUNCTION refuse_edited_form();
DROP TRIGGER forms_formtext_only_grows ON forms_formtext;
DROP TRIGGER forms_formtext_not_emptied ON forms_formtext;
"""


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
