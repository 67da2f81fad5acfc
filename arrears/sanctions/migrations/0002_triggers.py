"""Copied lists only grow."""

from django.db import migrations

CREATE = """
CREATE TRIGGER sanctions_copiedrow_only_grows BEFORE UPDATE OR DELETE ON sanctions_copiedrow
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sanctions_copiedrow_not_emptied BEFORE TRUNCATE ON sanctions_copiedrow
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER sanctions_copiedrow_only_grows ON sanctions_copiedrow;
DROP TRIGGER sanctions_copiedrow_not_emptied ON sanctions_copiedrow;
"""


class Migration(migrations.Migration):
    dependencies = [("sanctions", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
