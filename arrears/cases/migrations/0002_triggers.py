"""The ledger only grows."""

from django.db import migrations

CREATE = """
CREATE TRIGGER cases_ledgerentry_only_grows BEFORE UPDATE OR DELETE ON cases_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_ledgerentry_not_emptied BEFORE TRUNCATE ON cases_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER cases_ledgerentry_only_grows ON cases_ledgerentry;
DROP TRIGGER cases_ledgerentry_not_emptied ON cases_ledgerentry;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
