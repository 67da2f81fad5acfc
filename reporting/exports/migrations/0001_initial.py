import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("unions", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Export",
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
                ("form", models.CharField(max_length=60, verbose_name="报表")),
                ("form_digest", models.CharField(blank=True, max_length=64, verbose_name="格式校验值")),
                ("kind", models.CharField(default="xlsx", max_length=4, verbose_name="文件")),
                ("rulebook", models.CharField(blank=True, max_length=60, verbose_name="规则")),
                ("rule", models.CharField(blank=True, max_length=60)),
                ("period", models.CharField(blank=True, max_length=24, verbose_name="期间")),
                (
                    "versions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("since", models.DateField(verbose_name="起始日期")),
                ("until", models.DateField(verbose_name="截止日期")),
                ("as_of", models.DateField(verbose_name="数据截至")),
                ("file", models.FileField(blank=True, upload_to="exports/%Y/%m")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="文件名")),
                ("size", models.PositiveBigIntegerField(null=True, verbose_name="大小（字节）")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导出人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="统计单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "导出",
                "ordering": ["-id"],
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["changed_at"],
                        name="export_under_way",
                    ),
                    models.Index(fields=["by", "-id"], name="export_by"),
                    models.Index(condition=models.Q(("state", "done")), fields=["expires_at"], name="export_expiring"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Download",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="downloads", to="exports.export"
                    ),
                ),
            ],
            options={"ordering": ["id"], "default_permissions": ()},
        ),
    ]
