from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reporting", "0007_returns")]

    operations = []
