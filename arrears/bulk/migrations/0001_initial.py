import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("cases", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="BulkJob",
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
                    "kind",
                    models.CharField(
                        choices=[("distribute", "分派"), ("reassign", "交接"), ("urge", "催办")],
                        max_length=10,
                        verbose_name="办理",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("token", models.UUIDField(editable=False)),
                ("requested_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulk_jobs",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="新经办人",
                    ),
                ),
            ],
            options={
                "verbose_name": "批量办理",
                "ordering": ["-id"],
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["changed_at"],
                        name="bulkjob_under_way",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("by", "token"), name="bulk_sent_once")],
            },
        ),
        migrations.CreateModel(
            name="BulkRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[("waiting", "未办"), ("done", "已办"), ("refused", "不能办")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="bulk.bulkjob"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("stage", "waiting")), fields=["job", "id"], name="bulk_row_waiting"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("job", "case"), name="bulk_row_once")],
            },
        ),
    ]
