import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        ("unions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prompt", "提示函"),
                            ("opinion", "意见书"),
                            ("suggestion", "建议书"),
                            ("revisit", "整改回访函"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "待审批"),
                            ("withdrawn", "已撤回"),
                            ("approved", "待送达"),
                            ("delivered", "待答复"),
                            ("refused", "拒收"),
                            ("answered", "已答复"),
                            ("finished", "已办结"),
                            ("void", "作废"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refused", "拒绝签收"),
                            ("silent", "逾期未作答复"),
                            ("uncorrected", "无正当理由不予改正"),
                        ],
                        max_length=12,
                        verbose_name="提出建议的事由",
                    ),
                ),
                (
                    "department",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hr", "人力资源和社会保障"),
                            ("housing", "住房和城乡建设"),
                            ("transport", "交通运输"),
                            ("water", "水利"),
                            ("market", "市场监督管理"),
                        ],
                        max_length=12,
                        verbose_name="致送部门",
                    ),
                ),
                ("addressee", models.CharField(max_length=160, verbose_name="受文单位")),
                ("facts", models.TextField(verbose_name="查明的事实")),
                ("breached", models.TextField(verbose_name="违反的规定")),
                ("demand", models.TextField(verbose_name="监督要求")),
                (
                    "enclosures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None, verbose_name="随附材料"
                    ),
                ),
                (
                    "supervisors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        default=list,
                        size=None,
                        verbose_name="劳动法律监督员",
                    ),
                ),
                ("investigated_on", models.DateField(null=True, verbose_name="调查日期")),
                ("contact", models.CharField(blank=True, max_length=80, verbose_name="联系人及电话")),
                ("drafted_at", models.DateTimeField(verbose_name="拟稿时间")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="送审时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="签发时间")),
                ("decision", models.TextField(blank=True, verbose_name="审批意见")),
                ("year", models.PositiveSmallIntegerField(null=True, verbose_name="年度")),
                ("serial", models.PositiveIntegerField(null=True, verbose_name="序号")),
                ("number", models.CharField(max_length=160, null=True, verbose_name="文号")),
                ("issued_on", models.DateField(null=True, verbose_name="成文日期")),
                ("reply_workdays", models.PositiveSmallIntegerField(null=True, verbose_name="答复期限（工作日）")),
                ("content", models.JSONField(default=dict)),
                ("document", models.FileField(max_length=200, upload_to="letters")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                ("delivered_on", models.DateField(null=True, verbose_name="送达日期")),
                (
                    "delivery",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("by_hand", "直接送达"),
                            ("left", "留置送达"),
                            ("post", "邮寄送达"),
                            ("electronic", "电子送达"),
                        ],
                        max_length=12,
                        verbose_name="送达方式",
                    ),
                ),
                ("received_by", models.CharField(blank=True, max_length=60, verbose_name="签收人")),
                ("witnesses", models.CharField(blank=True, max_length=120, verbose_name="见证人")),
                ("delivery_note", models.TextField(blank=True, verbose_name="送达情况")),
                ("objected_on", models.DateField(null=True, verbose_name="提出异议日期")),
                ("objection", models.TextField(blank=True, verbose_name="异议")),
                ("department_closed_on", models.DateField(null=True, verbose_name="部门办结日期")),
                ("reply_due_at", models.DateTimeField(editable=False, null=True, verbose_name="答复期限")),
                ("answered_on", models.DateField(null=True, verbose_name="答复日期")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("corrected", "已改正或答应改正"),
                            ("explained", "说明理由，理由正当"),
                            ("uncorrected", "不改正，无正当理由"),
                        ],
                        max_length=12,
                        verbose_name="答复结果",
                    ),
                ),
                ("answer_note", models.TextField(blank=True, verbose_name="答复内容")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="办结或作废时间")),
                ("ended_reason", models.TextField(blank=True, verbose_name="办结或作废的原因")),
                (
                    "answer_paper",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.evidence"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签发人",
                    ),
                ),
                (
                    "delivery_proof",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.evidence"
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拟稿人",
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
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="letters.letter",
                        verbose_name="前一份文书",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="unions.union",
                        verbose_name="制发单位",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="送审人",
                    ),
                ),
            ],
            options={
                "verbose_name": "一函两书",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["issuer", "state"], name="letter_issuer"),
                    models.Index(
                        condition=models.Q(("state", "delivered")), fields=["reply_due_at"], name="letter_clock"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("serial__isnull", False)),
                        fields=("issuer", "kind", "year", "serial"),
                        name="letter_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number__isnull", True), ("state__in", ["draft", "submitted", "withdrawn"])),
                            models.Q(
                                ("number__isnull", False),
                                ("state__in", ["approved", "delivered", "refused", "answered", "finished", "void"]),
                            ),
                            _connector="OR",
                        ),
                        name="letter_issued_has_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "suggestion"), _negated=True),
                            models.Q(("follows__isnull", False), models.Q(("ground", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="suggestion_has_its_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__isnull", True),
                            models.Q(("delivered_on__isnull", False), ("answered_on__gte", models.F("delivered_on"))),
                            _connector="OR",
                        ),
                        name="letter_answered_after_delivery",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prompt", "提示函"),
                            ("opinion", "意见书"),
                            ("suggestion", "建议书"),
                            ("revisit", "整改回访函"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("file", models.FileField(max_length=200, upload_to="letter-layouts")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("at", models.DateTimeField(verbose_name="上传时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="停用时间")),
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
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_layouts",
                        to="unions.union",
                        verbose_name="适用单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "文书版式",
                "ordering": ["-id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("union", "kind"),
                        name="letter_layout_in_use",
                    )
                ],
            },
        ),
    ]
