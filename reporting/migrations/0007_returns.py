from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reporting", "0006_form_editions"), ("arrears", "0007_signals")]

    operations = []
