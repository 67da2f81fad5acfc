"""That two cases were set apart is never changed."""

from django.db import migrations

CREATE = """
CREATE TRIGGER merging_setapart_only_grows BEFORE UPDATE OR DELETE ON merging_setapart
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER merging_setapart_not_emptied BEFORE TRUNCATE ON merging_setapart
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER merging_setapart_only_grows ON merging_setapart;
DROP TRIGGER merging_setapart_not_emptied ON merging_setapart;
"""


class Migration(migrations.Migration):
    dependencies = [("merging", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
