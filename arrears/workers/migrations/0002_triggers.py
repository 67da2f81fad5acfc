"""Payments to workers only grow."""

from django.db import migrations

CREATE = """
CREATE TRIGGER workers_workerpayment_only_grows BEFORE UPDATE OR DELETE ON workers_workerpayment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER workers_workerpayment_not_emptied BEFORE TRUNCATE ON workers_workerpayment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER workers_workerpayment_only_grows ON workers_workerpayment;
DROP TRIGGER workers_workerpayment_not_emptied ON workers_workerpayment;
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
