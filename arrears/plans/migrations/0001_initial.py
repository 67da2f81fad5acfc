import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("cases", "0001_initial"),
        ("legal", "0001_initial"),
        ("unions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("repayment", "偿还计划"), ("employer", "一企一策"), ("project", "一项目一策")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("negotiation", "协商达成的协议"),
                            ("mediation", "调解协议"),
                            ("confirmation", "司法确认的调解协议"),
                            ("payment_order", "支付令"),
                            ("award", "仲裁裁决、判决"),
                            ("promise", "用人单位书面承诺"),
                        ],
                        max_length=14,
                        verbose_name="依据",
                    ),
                ),
                ("agreed_on", models.DateField(verbose_name="签订日期")),
                ("guarantee", models.TextField(blank=True, verbose_name="保证措施")),
                ("gap", models.CharField(blank=True, max_length=200, verbose_name="与未解决数不一致的原因")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="修订原因")),
                ("workers", models.PositiveIntegerField(default=0, verbose_name="制定时未解决人数")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=16, verbose_name="制定时未解决金额（元）"
                    ),
                ),
                ("paid_before", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("replaced_at", models.DateTimeField(null=True, verbose_name="被替代时间")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "proceeding",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="legal.proceeding",
                        verbose_name="法律程序",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="制定单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "计划",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("case", "kind", "version"), name="plan_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)),
                        fields=("case", "kind"),
                        name="one_plan_of_a_kind_in_force",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("due_on", models.DateField(verbose_name="期限")),
                ("what", models.CharField(blank=True, max_length=200, verbose_name="措施")),
                ("owner", models.CharField(blank=True, max_length=60, verbose_name="责任人")),
                ("workers", models.PositiveIntegerField(default=0, verbose_name="结清人数")),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=13, verbose_name="金额（元）")),
                ("paid", models.DecimalField(decimal_places=2, default=0, max_digits=16, verbose_name="已付（元）")),
                ("done_on", models.DateField(null=True, verbose_name="完成日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="完成情况")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="plans.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "计划步骤",
                "ordering": ["number"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_on", None)), fields=["plan", "due_on"], name="plan_step_open"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("plan", "number"), name="plan_step_number")],
            },
        ),
        migrations.CreateModel(
            name="Receivable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("debtor", models.CharField(max_length=120, verbose_name="欠款单位")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="欠款金额（元）")),
                ("since", models.DateField(verbose_name="拖欠起始日期")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receivables",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="登记单位",
                    ),
                ),
            ],
            options={"verbose_name": "用人单位被欠账款", "ordering": ["since", "id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="收回日期")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="收回金额（元）")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recovery",
                        to="cases.ledgerentry",
                        verbose_name="台账条目",
                    ),
                ),
                (
                    "receivable",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="plans.receivable",
                        verbose_name="账款",
                    ),
                ),
            ],
            options={"verbose_name": "收回账款", "ordering": ["on", "id"], "default_permissions": ()},
        ),
        migrations.AddConstraint(
            model_name="receivable",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="receivable_of_something"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="recovery_of_something"),
        ),
    ]
