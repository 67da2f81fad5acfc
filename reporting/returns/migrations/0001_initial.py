import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("unions", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Return",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rulebook", models.CharField(max_length=60, verbose_name="规则")),
                ("rule", models.CharField(max_length=60)),
                ("period", models.CharField(max_length=24, verbose_name="期间")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("receiver_name", models.CharField(blank=True, max_length=80, verbose_name="报送至")),
                ("clause", models.CharField(max_length=30, verbose_name="条款")),
                ("title", models.CharField(max_length=80, verbose_name="报表")),
                ("form", models.CharField(max_length=60, verbose_name="表式")),
                ("first", models.DateField(verbose_name="期间起")),
                ("last", models.DateField(verbose_name="期间止")),
                ("due_at", models.DateTimeField(verbose_name="报送期限")),
                ("explanation", models.TextField(verbose_name="期限说明")),
                ("calendar_version", models.CharField(max_length=12, verbose_name="日历版本")),
                ("provisional", models.BooleanField(default=False, verbose_name="暂定")),
                ("silence_is_zero", models.BooleanField(default=False, verbose_name="未报视为零报告")),
                ("compiles", models.BooleanField(default=False, verbose_name="由下级报表汇总")),
                ("backfilled", models.BooleanField(default=False, verbose_name="补录")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("open", "待填报"),
                            ("signed", "待审批"),
                            ("submitted", "待接收"),
                            ("received", "已接收"),
                            ("returned", "已退回"),
                            ("amending", "更正中"),
                            ("implied", "推定零报告"),
                            ("waived", "免报"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "待填报"),
                            ("signed", "待审批"),
                            ("submitted", "待接收"),
                            ("received", "已接收"),
                            ("returned", "已退回"),
                            ("amending", "更正中"),
                            ("implied", "推定零报告"),
                            ("waived", "免报"),
                        ],
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("texts", models.JSONField(default=dict, verbose_name="文字说明")),
                ("amend_reason", models.TextField(blank=True, verbose_name="更正原因")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="首次报出")),
                ("contradicted_at", models.DateTimeField(null=True, verbose_name="零报告与台账矛盾")),
                ("opened_at", models.DateTimeField(verbose_name="建立时间")),
                ("changed_at", models.DateTimeField(verbose_name="最近变动")),
                (
                    "receiver",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns_to_receive",
                        to="unions.union",
                        verbose_name="接收单位",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="unions.union",
                        verbose_name="填报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "报表",
                "ordering": ["-due_at", "id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-due_at"],
                        name="return_path",
                        opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                    ),
                    models.Index(fields=["union", "-due_at"], name="return_union"),
                    models.Index(fields=["receiver", "stage", "-due_at"], name="return_receiver"),
                    models.Index(
                        condition=models.Q(("silence_is_zero", True), ("stage", "open")),
                        fields=["due_at"],
                        name="return_silent",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("rulebook", "rule", "period", "union"), name="return_once"),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="return_period_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("nil", models.BooleanField(default=False, verbose_name="零报告")),
                ("cells", models.JSONField(verbose_name="数据")),
                ("texts", models.JSONField(default=dict, verbose_name="文字说明")),
                (
                    "sources",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("as_of", models.DateField(verbose_name="数据截至")),
                ("ledger_position", models.BigIntegerField(verbose_name="台账位置")),
                ("form_digest", models.CharField(max_length=64, verbose_name="表式校验值")),
                ("rulebook_digest", models.CharField(max_length=64, verbose_name="规则校验值")),
                ("calendar_version", models.CharField(max_length=12, verbose_name="日历版本")),
                ("hash", models.CharField(max_length=64, verbose_name="校验值")),
                ("reason", models.TextField(blank=True, verbose_name="更正原因")),
                ("signed_at", models.DateTimeField(verbose_name="制表时间")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="审批时间")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="接收或退回时间")),
                ("sent_back", models.TextField(blank=True, verbose_name="退回原因")),
                ("remarks", models.JSONField(default=list, verbose_name="审核情况")),
                ("explanation", models.TextField(blank=True, verbose_name="情况说明")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="接收人",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="单位负责人",
                    ),
                ),
                (
                    "approved_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="被代理的负责人",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="returns.return",
                        verbose_name="报表",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制表人",
                    ),
                ),
                (
                    "signed_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="被代理的制表人",
                    ),
                ),
            ],
            options={
                "verbose_name": "报表版本",
                "ordering": ["number"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("report", "number"), name="return_version_once")],
            },
        ),
        migrations.AddField(
            model_name="return",
            name="current",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="returns.returnversion"
            ),
        ),
        migrations.CreateModel(
            name="FrozenFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(blank=True, max_length=40)),
                ("over", models.CharField(max_length=12)),
                ("row", models.CharField(blank=True, max_length=24)),
                ("total", models.DecimalField(decimal_places=2, max_digits=20)),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "adds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=2, max_digits=16), default=list, size=None
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="figures", to="returns.returnversion"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("version", "measure", "row"), name="frozen_figure_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveSmallIntegerField()),
                ("column", models.PositiveSmallIntegerField()),
                ("computed", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="台账数")),
                ("given", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="填报数")),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="修改时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="修改人",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="returns.return"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="returns.returnversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "手工改动",
                "ordering": ["row", "column"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("version", None)),
                        fields=("report", "row", "column"),
                        name="corrected_once_per_draft",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Urge",
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
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="urges", to="returns.return"
                    ),
                ),
            ],
            options={"verbose_name": "催报", "ordering": ["-at"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rulebook", models.CharField(max_length=60, verbose_name="规则")),
                ("rule", models.CharField(max_length=60)),
                ("reason", models.TextField(verbose_name="理由")),
                ("until", models.DateField(verbose_name="有效期至")),
                ("requested_at", models.DateTimeField(verbose_name="提出时间")),
                ("approved", models.BooleanField(null=True, verbose_name="批准")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="审批时间")),
                ("decision", models.TextField(blank=True, verbose_name="审批意见")),
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
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="填报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "免报",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("approved", None)),
                        fields=("union", "rulebook", "rule"),
                        name="waiver_asked_once",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="return",
            name="waiver",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="returns.waiver"
            ),
        ),
    ]
