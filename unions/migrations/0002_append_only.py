from django.db import migrations

from unions.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("unions", "0001_initial")]
    operations = [append_only("unions_event"), append_only("unions_seal")]
