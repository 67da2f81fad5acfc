from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("unions", "0002_append_only")]

    operations = []
