"""Arrivals and notes of an emergency only grow."""

from django.db import migrations

CREATE = """
CREATE TRIGGER serious_arrival_only_grows BEFORE UPDATE OR DELETE ON serious_arrival
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER serious_arrival_not_emptied BEFORE TRUNCATE ON serious_arrival
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER serious_emergencynote_only_grows BEFORE UPDATE OR DELETE ON serious_emergencynote
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER serious_emergencynote_not_emptied BEFORE TRUNCATE ON serious_emergencynote
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER serious_arrival_only_grows ON serious_arrival;
DROP TRIGGER serious_arrival_not_emptied ON serious_arrival;
DROP TRIGGER serious_emergencynote_only_grows ON serious_emergencynote;
DROP TRIGGER serious_emergencynote_not_emptied ON serious_emergencynote;
"""


class Migration(migrations.Migration):
    dependencies = [("serious", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
