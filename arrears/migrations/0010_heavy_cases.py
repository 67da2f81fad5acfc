from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0009_plans")]

    operations = []
