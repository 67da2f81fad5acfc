import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("unions", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="FormText",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=60)),
                ("content", models.TextField()),
                ("kept_at", models.DateTimeField()),
            ],
            options={"ordering": ["key", "kept_at"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="FormEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60, verbose_name="代码")),
                ("title", models.CharField(max_length=300, verbose_name="名称")),
                ("content", models.TextField(verbose_name="文件")),
                ("digest", models.CharField(max_length=64, verbose_name="校验值")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="决定时间")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="作废理由")),
                ("active_from", models.DateField(null=True, verbose_name="启用日")),
                ("active_until", models.DateField(null=True, verbose_name="停用前最后一日")),
                ("replaces", models.CharField(blank=True, max_length=64)),
                ("file", models.CharField(max_length=200, verbose_name="上传的文件")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("waiting", "待启用"),
                            ("active", "已启用"),
                            ("withdrawing", "已申请停用"),
                            ("withdrawn", "已停用"),
                            ("discarded", "已作废"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("withdrawal_at", models.DateTimeField(null=True, verbose_name="申请停用时间")),
                ("withdrawal_reason", models.CharField(blank=True, max_length=200, verbose_name="停用理由")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="省总工会",
                    ),
                ),
                (
                    "withdrawal_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请停用人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="停用人",
                    ),
                ),
            ],
            options={
                "verbose_name": "上传的报表格式",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["office", "-id"], name="form_edition_office"),
                    models.Index(fields=["key", "active_from"], name="form_edition_key"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ["waiting", "active", "withdrawing"])),
                        fields=("key", "digest"),
                        name="one_live_edition_per_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage__in", ["active", "withdrawing", "withdrawn"]), _negated=True),
                            models.Q(("active_from__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="active_form_has_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage__in", ["active", "withdrawing", "withdrawn"]), _negated=True),
                            models.Q(("decided_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="form_edition_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage", "withdrawn"), _negated=True),
                            models.Q(
                                ("active_until__isnull", False),
                                ("withdrawal_by__isnull", False),
                                ("withdrawn_by__isnull", False),
                                models.Q(("withdrawn_by", models.F("withdrawal_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="form_withdrawal_second_person",
                    ),
                ],
            },
        ),
    ]
