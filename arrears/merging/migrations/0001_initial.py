import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("cases", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="linked_from",
                        to="cases.case",
                        verbose_name="关联案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "案件关联",
                "ordering": ["-id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("case", "other"), name="linked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("case__lt", models.F("other"))), name="link_lower_first"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("requested", "待审批并案"),
                            ("declined", "未批准并案"),
                            ("withdrawn", "已撤回"),
                            ("merged", "已并案"),
                            ("undo_requested", "待审批撤销并案"),
                            ("undone", "已撤销并案"),
                        ],
                        default="requested",
                        max_length=14,
                        verbose_name="进度",
                    ),
                ),
                ("reason", models.TextField(verbose_name="并案理由")),
                ("snapshot_hash", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.TextField(blank=True, verbose_name="审批意见")),
                ("merged_on", models.DateField(null=True)),
                ("answered", models.JSONField(default=list)),
                ("carried", models.JSONField(default=dict, editable=False)),
                ("undo_reason", models.TextField(blank=True, verbose_name="撤销理由")),
                ("undo_requested_at", models.DateTimeField(null=True)),
                ("undone_on", models.DateField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审批人",
                    ),
                ),
                (
                    "duplicate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mergers",
                        to="cases.case",
                        verbose_name="重复的案件",
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorbed",
                        to="cases.case",
                        verbose_name="并入的案件",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "undo_requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "并案",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("merged_on__isnull", False)), fields=["merged_on"], name="merger_day"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ["requested", "merged", "undo_requested"])),
                        fields=("duplicate",),
                        name="merged_into_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("duplicate", models.F("into")), _negated=True), name="merged_into_another"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SetApart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("common", models.JSONField(default=list, verbose_name="当时相同之处")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="set_apart",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="set_apart_from",
                        to="cases.case",
                        verbose_name="另一案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "不是重复",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["other"], name="set_apart_other")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("case__lt", models.F("other"))), name="apart_lower_first"
                    )
                ],
            },
        ),
    ]
