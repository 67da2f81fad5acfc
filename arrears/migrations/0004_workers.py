from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0003_append_only")]

    operations = []
