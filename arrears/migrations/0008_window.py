from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0007_signals")]

    operations = []
