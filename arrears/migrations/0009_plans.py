import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("arrears", "0008_window"), ("unions", "0003_agencies")]

    operations = [
        migrations.CreateModel(
            name="BulkJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("state", models.CharField(default="waiting", max_length=10, verbose_name="进度")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done_count", models.PositiveIntegerField(default=0)),
                ("total_count", models.PositiveIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("changed_at", models.DateTimeField(verbose_name="最近进展")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="过期时间")),
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
            options={"verbose_name": "批量办理", "ordering": ["-id"], "default_permissions": ()},
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
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="arrears.case"),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="arrears.bulkjob"
                    ),
                ),
            ],
            options={"ordering": ["id"], "default_permissions": ()},
        ),
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
                        to="arrears.case",
                        verbose_name="案件",
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
            options={"verbose_name": "计划", "ordering": ["id"], "default_permissions": ()},
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
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=16, verbose_name="金额（元）")),
                ("paid", models.DecimalField(decimal_places=2, default=0, max_digits=16, verbose_name="已付（元）")),
                ("done_on", models.DateField(null=True, verbose_name="完成日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="完成情况")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="arrears.plan"
                    ),
                ),
            ],
            options={"verbose_name": "计划步骤", "ordering": ["number"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Proceeding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mediation", "调解"),
                            ("arbitration", "劳动仲裁"),
                            ("litigation", "诉讼"),
                            ("confirmation", "司法确认"),
                            ("payment_order", "支付令"),
                        ],
                        max_length=14,
                        verbose_name="程序",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("applied", "已申请"),
                            ("accepted", "已受理"),
                            ("refused", "不予受理"),
                            ("ended", "已有结果"),
                        ],
                        default="applied",
                        max_length=10,
                    ),
                ),
                ("body", models.CharField(max_length=80, verbose_name="受理机构")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="案号")),
                ("request", models.TextField(blank=True, verbose_name="请求事项")),
                ("applied_on", models.DateField(verbose_name="申请日期")),
                ("accepted_on", models.DateField(null=True, verbose_name="受理日期")),
                ("extended", models.BooleanField(default=False, verbose_name="已延期")),
                ("ended_on", models.DateField(null=True, verbose_name="结束日期")),
                ("result", models.CharField(blank=True, max_length=20, verbose_name="结果")),
                ("detail", models.TextField(blank=True, verbose_name="结果说明")),
                ("ended_at", models.DateTimeField(null=True)),
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
                        related_name="proceedings",
                        to="arrears.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="办理单位",
                    ),
                ),
            ],
            options={"verbose_name": "法律程序", "ordering": ["applied_on", "id"], "default_permissions": ()},
        ),
        migrations.AddField(
            model_name="plan",
            name="proceeding",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plans",
                to="arrears.proceeding",
                verbose_name="法律程序",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkjob",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "running"])),
                fields=["changed_at"],
                name="bulkjob_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkjob", constraint=models.UniqueConstraint(fields=("by", "token"), name="bulk_sent_once")
        ),
        migrations.AddIndex(
            model_name="bulkrow",
            index=models.Index(condition=models.Q(("stage", "waiting")), fields=["job", "id"], name="bulk_row_waiting"),
        ),
        migrations.AddConstraint(
            model_name="bulkrow", constraint=models.UniqueConstraint(fields=("job", "case"), name="bulk_row_once")
        ),
        migrations.AddIndex(
            model_name="planstep",
            index=models.Index(condition=models.Q(("done_on", None)), fields=["plan", "due_on"], name="plan_step_open"),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="plan_step_number"),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_on", None), ("accepted_on__gte", models.F("applied_on")), _connector="OR"
                ),
                name="accepted_after_it_was_applied_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("applied_on")), _connector="OR"),
                name="proceeding_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stage__in", ["applied", "accepted"])),
                fields=("case", "kind"),
                name="one_proceeding_of_a_kind_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(fields=("case", "kind", "version"), name="plan_version"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at", None)), fields=("case", "kind"), name="one_plan_of_a_kind_in_force"
            ),
        ),
    ]
