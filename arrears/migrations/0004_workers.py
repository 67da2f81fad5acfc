import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import arrears.models.private
from unions.append_only import append_only


class Migration(migrations.Migration):
    """The worker list, duplicates: links and mergers."""

    dependencies = [("arrears", "0003_append_only"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "草稿"),
                    ("clue", "线索待核"),
                    ("open", "办理中"),
                    ("transferring", "转办中"),
                    ("legal", "司法程序"),
                    ("settled", "待办结审批"),
                    ("closed", "已办结"),
                    ("dismissed", "不属欠薪"),
                    ("merged", "已并案"),
                ],
                default="draft",
                editable=False,
                max_length=12,
                verbose_name="状态",
            ),
        ),
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", arrears.models.private.PrivateField(verbose_name="姓名")),
                ("phone", arrears.models.private.PrivateField(blank=True, verbose_name="手机号")),
                ("phone_print", models.CharField(blank=True, editable=False, max_length=64)),
                ("identity", arrears.models.private.PrivateField(blank=True, verbose_name="身份证号")),
                ("identity_print", models.CharField(blank=True, editable=False, max_length=64)),
                ("job", models.CharField(blank=True, max_length=60, verbose_name="班组、工种")),
                ("migrant", models.BooleanField(default=False, verbose_name="农民工")),
                ("owed_from", models.DateField(blank=True, null=True, verbose_name="欠薪起始")),
                ("owed_until", models.DateField(blank=True, null=True, verbose_name="欠薪截止")),
                ("owed", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="欠薪金额（元）")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("added_at", models.DateTimeField(verbose_name="登记时间")),
                ("removed_at", models.DateTimeField(null=True, verbose_name="移出时间")),
                (
                    "added_by",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="workers",
                        to="arrears.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="移出人",
                    ),
                ),
            ],
            options={"verbose_name": "职工", "ordering": ["id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="WorkerPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="金额（元）")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="arrears.ledgerentry",
                        verbose_name="台账条目",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="arrears.evidence",
                        verbose_name="银行回单",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="arrears.worker",
                        verbose_name="职工",
                    ),
                ),
            ],
            options={"verbose_name": "职工清偿", "ordering": ["id"], "default_permissions": ()},
        ),
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
                        to="arrears.case",
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
                        to="arrears.case",
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
                        to="arrears.case",
                        verbose_name="重复的案件",
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorbed",
                        to="arrears.case",
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
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("phone_print", ""), _negated=True), fields=["phone_print"], name="worker_phone"
            ),
        ),
        migrations.AddIndex(
            model_name="worker",
            index=models.Index(
                condition=models.Q(("identity_print", ""), _negated=True),
                fields=["identity_print"],
                name="worker_identity",
            ),
        ),
        migrations.AddConstraint(
            model_name="worker",
            constraint=models.CheckConstraint(condition=models.Q(("owed__gt", 0)), name="worker_is_owed"),
        ),
        migrations.AddConstraint(
            model_name="worker",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("owed_until__isnull", True),
                    ("owed_from__isnull", True),
                    ("owed_until__gte", models.F("owed_from")),
                    _connector="OR",
                ),
                name="worker_end_after_begin",
            ),
        ),
        migrations.AddConstraint(
            model_name="workerpayment",
            constraint=models.UniqueConstraint(fields=("worker", "entry"), name="paid_once_by_an_entry"),
        ),
        migrations.AddConstraint(
            model_name="workerpayment",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payment_is_something"),
        ),
        append_only("arrears_workerpayment"),
    ]
