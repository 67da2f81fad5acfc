import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("law", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="MorningRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("at", models.DateTimeField()),
                ("told", models.PositiveIntegerField(default=0)),
            ],
            options={"ordering": ["-day"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="DevMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("message_id", models.CharField(max_length=120, unique=True)),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ["-id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("digest", "每日提醒"), ("immediate", "即时提醒"), ("silence", "督办提醒")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("items", models.JSONField(default=list, verbose_name="事项")),
                ("url", models.CharField(max_length=120)),
                ("in_app", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                ("read_at", models.DateTimeField(null=True, verbose_name="已读")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("in_app", True)), fields=["user", "-id"], name="reminder_inbox"),
                    models.Index(
                        condition=models.Q(("in_app", True), ("read_at", None)), fields=["user"], name="reminder_unread"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("key", "user"), name="reminded_once")],
            },
        ),
        migrations.CreateModel(
            name="ReminderPreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "in_app",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("digest", "每日提醒"), ("immediate", "即时提醒"), ("silence", "督办提醒")],
                            max_length=10,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "email",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("digest", "每日提醒"), ("immediate", "即时提醒"), ("silence", "督办提醒")],
                            max_length=10,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "message",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("digest", "每日提醒"), ("immediate", "即时提醒"), ("silence", "督办提醒")],
                            max_length=10,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("message_to", models.CharField(blank=True, max_length=64, verbose_name="短信/企业微信账号")),
                ("changed_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminder_preference",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("in_app__contains", ["immediate"])),
                        name="immediate_reminders_stay_in_the_app",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(default="waiting", max_length=10, verbose_name="进度")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done_count", models.PositiveIntegerField(default=0)),
                ("total_count", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("changed_at", models.DateTimeField(verbose_name="最近进展")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="过期时间")),
                (
                    "via",
                    models.CharField(
                        choices=[("email", "电子邮件"), ("message", "短信/企业微信")],
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                ("next_at", models.DateTimeField()),
                (
                    "reminder",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sendings",
                        to="reminders.reminder",
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒的发送",
                "ordering": ["id"],
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["changed_at"],
                        name="sending_under_way",
                    ),
                    models.Index(condition=models.Q(("state", "waiting")), fields=["next_at"], name="sending_waiting"),
                ],
                "constraints": [models.UniqueConstraint(fields=("reminder", "via"), name="sent_once")],
            },
        ),
        migrations.CreateModel(
            name="SilenceTold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField(choices=[(1, "本单位审批人"), (2, "上一级工会")])),
                ("clock_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "obligation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="law.obligation",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("obligation", "level", "clock_at"), name="silence_told_once")
                ],
            },
        ),
    ]
