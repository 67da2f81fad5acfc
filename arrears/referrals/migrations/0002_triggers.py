"""Answers of departments only grow."""

from django.db import migrations

CREATE = """
CREATE TRIGGER referrals_referralanswer_only_grows BEFORE UPDATE OR DELETE ON referrals_referralanswer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER referrals_referralanswer_not_emptied BEFORE TRUNCATE ON referrals_referralanswer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DROP = """
DROP TRIGGER referrals_referralanswer_only_grows ON referrals_referralanswer;
DROP TRIGGER referrals_referralanswer_not_emptied ON referrals_referralanswer;
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial"), ("unions", "0002_triggers")]
    operations = [migrations.RunSQL(CREATE, DROP)]
