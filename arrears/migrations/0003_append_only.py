from django.db import migrations

from unions.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("arrears", "0002_relations"), ("unions", "0002_append_only")]
    operations = [append_only("arrears_ledgerentry")]
