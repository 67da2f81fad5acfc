"""What handling a case still needed."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from arrears import cipher
from arrears.identity import PHONE, phone_key


def print_phones(apps: Any, schema_editor: Any) -> None:
    """Letters that came before are found by their phone as well."""
    letters = apps.get_model("arrears", "WindowLetter").objects
    for row in letters.only("pk", "phone").order_by("pk").iterator(chunk_size=500):
        if print_ := cipher.print_of(PHONE, phone_key(row.phone.text)):
            letters.filter(pk=row.pk).update(phone_print=print_)


class Migration(migrations.Migration):
    """What goes along when cases merge; the day a paper was served; letters of workers found by their phone; what was sent once."""

    dependencies = [("arrears", "0014_prevention"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("content", models.CharField(blank=True, max_length=64)),
                ("answer", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddField(model_name="merger", name="carried", field=models.JSONField(default=dict, editable=False)),
        migrations.AddField(
            model_name="proceeding", name="served_on", field=models.DateField(null=True, verbose_name="文书送达日期")
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(("served_on", None), ("served_on__gte", models.F("applied_on")), _connector="OR"),
                name="served_after_it_was_applied_for",
            ),
        ),
        migrations.AddField(
            model_name="windowletter",
            name="phone_print",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.RunPython(print_phones, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="windowletter",
            index=models.Index(
                condition=models.Q(("phone_print", ""), _negated=True),
                fields=["phone_print"],
                name="window_letter_phone",
            ),
        ),
    ]
