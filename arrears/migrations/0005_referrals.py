from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0004_workers"), ("unions", "0003_agencies")]

    operations = []
