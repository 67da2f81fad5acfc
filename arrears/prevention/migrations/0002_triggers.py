"""A confirmed subsidy list is frozen."""

from django.db import migrations

CREATE = """
CREATE TRIGGER prevention_subsidylist_frozen
    BEFORE UPDATE OF rows, hash, per_case, quarter, stage, union_id ON prevention_subsidylist
    FOR EACH ROW WHEN (OLD.stage = 'confirmed') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER prevention_subsidylist_kept BEFORE DELETE ON prevention_subsidylist
    FOR EACH ROW WHEN (OLD.stage = 'confirmed') EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER prevention_subsidylist_frozen ON prevention_subsidylist;
DROP TRIGGER prevention_subsidylist_kept ON prevention_subsidylist;
"""


class Migration(migrations.Migration):
    dependencies = [("prevention", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
