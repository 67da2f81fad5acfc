from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0005_referrals")]

    operations = []
