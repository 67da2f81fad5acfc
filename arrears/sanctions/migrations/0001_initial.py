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
            name="CopiedList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=120, verbose_name="来文部门")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="来文文号")),
                ("received_on", models.DateField(verbose_name="收到日期")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件校验值")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="户数")),
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
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="接收单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "住建名单抄送件",
                "ordering": ["-id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("union", "sha256"), name="copied_once")],
            },
        ),
        migrations.CreateModel(
            name="CopiedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(verbose_name="行号")),
                ("name", models.CharField(max_length=120, verbose_name="单位名称")),
                ("code", models.CharField(blank=True, max_length=40, verbose_name="统一社会信用代码")),
                ("project", models.CharField(blank=True, max_length=200, verbose_name="项目名称")),
                ("decision", models.CharField(blank=True, max_length=500, verbose_name="决定")),
                ("decided_on", models.DateField(null=True, verbose_name="决定日期")),
                ("because", models.CharField(max_length=200, verbose_name="对应的依据")),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="sanctions.copiedlist",
                        verbose_name="名单",
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copied_rows",
                        to="cases.employer",
                        verbose_name="对应的用人单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "住建名单条目",
                "ordering": ["copy_id", "row"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("copy", "row"), name="copied_row_once")],
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("department", models.CharField(max_length=120, verbose_name="提请的部门")),
                ("reason", models.TextField(verbose_name="提请理由")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("requested", "待审批"),
                            ("declined", "未批准"),
                            ("withdrawn", "已撤回"),
                            ("proposed", "已提请"),
                            ("noticed", "已告知"),
                            ("objected", "有异议"),
                            ("answered", "异议已答复"),
                            ("listed", "已列入"),
                            ("not_listed", "不予列入"),
                            ("removal_asked", "移出待审批"),
                            ("removed", "已提前移出"),
                        ],
                        default="requested",
                        max_length=14,
                        verbose_name="状态",
                    ),
                ),
                ("snapshot", models.JSONField(default=list, verbose_name="所示内容")),
                ("requested_at", models.DateTimeField(verbose_name="提出时间")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="审批时间")),
                ("opinion", models.TextField(blank=True, verbose_name="审批意见")),
                ("notice_on", models.DateField(null=True, verbose_name="告知日期")),
                ("objection_on", models.DateField(null=True, verbose_name="提出异议日期")),
                ("objection", models.TextField(blank=True, verbose_name="异议内容")),
                ("answered_on", models.DateField(null=True, verbose_name="答复异议日期")),
                ("answer", models.TextField(blank=True, verbose_name="异议答复")),
                ("extended", models.BooleanField(default=False, verbose_name="决定期限已延长")),
                ("decided_on", models.DateField(null=True, verbose_name="决定日期")),
                ("number", models.CharField(blank=True, max_length=80, verbose_name="决定文号")),
                ("refusal", models.TextField(blank=True, verbose_name="不予列入的理由")),
                ("listed_on", models.DateField(null=True, verbose_name="列入日期")),
                ("until", models.DateField(null=True, verbose_name="列入期满")),
                ("corrected_on", models.DateField(null=True, verbose_name="改正日期")),
                ("removable_from", models.DateField(null=True, verbose_name="可提前移出")),
                ("removal_on", models.DateField(null=True, verbose_name="移出决定日期")),
                ("removal_number", models.CharField(blank=True, max_length=80, verbose_name="移出决定文号")),
                ("removal_reason", models.TextField(blank=True, verbose_name="移出理由")),
                ("removal_at", models.DateTimeField(null=True, verbose_name="移出登记时间")),
                ("removed_at", models.DateTimeField(null=True, verbose_name="移出审批时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="程序结束时间")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审批人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listings",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listings",
                        to="cases.employer",
                        verbose_name="用人单位",
                    ),
                ),
                (
                    "promise",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.evidence",
                        verbose_name="书面信用承诺",
                    ),
                ),
                (
                    "removal_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="移出登记人",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="移出审批人",
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
                        verbose_name="提请单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "失信联合惩戒",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["case"], name="listing_case"),
                    models.Index(fields=["stage", "until"], name="listing_stage"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ("requested", "proposed", "noticed", "objected", "answered"))),
                        fields=("employer",),
                        name="one_procedure_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage__in", ("listed", "removal_asked", "removed")), _negated=True),
                            ("listed_on__isnull", False),
                            _connector="OR",
                        ),
                        name="listed_has_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage", "not_listed"), _negated=True),
                            models.Q(("refusal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="not_listed_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[("offenders", "重大欠薪违法行为"), ("honest", "无欠薪诚信企业")],
                        default="offenders",
                        max_length=9,
                        verbose_name="名单",
                    ),
                ),
                ("period", models.CharField(max_length=8, verbose_name="期间")),
                ("first", models.DateField(verbose_name="起")),
                ("last", models.DateField(verbose_name="止")),
                ("until", models.DateField(verbose_name="公布至")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("draft", "拟制中"),
                            ("submitted", "待审批"),
                            ("published", "已公布"),
                            ("withdrawn", "已撤下"),
                            ("discarded", "已作废"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("drafted_at", models.DateTimeField(verbose_name="拟制时间")),
                (
                    "editors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="送审时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="审批时间")),
                ("opinion", models.TextField(blank=True, verbose_name="审批意见")),
                ("published_on", models.DateField(null=True, verbose_name="公布日期")),
                ("frozen", models.JSONField(default=list, editable=False, verbose_name="公布内容")),
                ("hash", models.CharField(blank=True, editable=False, max_length=64, verbose_name="内容校验值")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤下时间")),
                ("withdrawal", models.TextField(blank=True, verbose_name="撤下原因")),
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
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拟制人",
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
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="公布单位",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤下人",
                    ),
                ),
            ],
            options={
                "verbose_name": "公布名单",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="publication_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ("withdrawn", "discarded")), _negated=True),
                        fields=("union", "kind", "period"),
                        name="one_publication_a_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage", "published"), _negated=True),
                            models.Q(("published_on__isnull", False), models.Q(("hash", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="published_is_frozen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="publication_period_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PutForward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.CharField(max_length=120, verbose_name="提请的成员单位")),
                (
                    "grounds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[("large", "数额大"), ("long", "时间长"), ("vile", "性质恶劣")], max_length=5
                        ),
                        size=None,
                        verbose_name="情形",
                    ),
                ),
                ("reason", models.TextField(verbose_name="提请理由")),
                ("on", models.DateField(verbose_name="提请日期")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                ("end_reason", models.TextField(blank=True, verbose_name="撤回原因")),
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
                        related_name="put_forward",
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
                        verbose_name="撤回人",
                    ),
                ),
            ],
            options={
                "verbose_name": "提请公布",
                "ordering": ["-id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("case", "body"), name="put_forward_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sanction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("order", "责令限期支付"),
                            ("handling", "行政处理决定"),
                            ("penalty", "行政处罚决定"),
                            ("grade", "信用等级评价"),
                            ("rectify", "整改指令"),
                            ("preserve", "财产保全"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("department", models.CharField(max_length=120, verbose_name="作出决定的部门")),
                ("number", models.CharField(max_length=80, verbose_name="文号")),
                ("decided_on", models.DateField(verbose_name="决定日期")),
                ("pay_by", models.DateField(blank=True, null=True, verbose_name="支付、整改期限")),
                ("held_from", models.DateField(blank=True, null=True, verbose_name="保全起日")),
                ("held_until", models.DateField(blank=True, null=True, verbose_name="保全止日")),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=13, null=True, verbose_name="金额（元）"
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("A", "A 级（守法诚信）"), ("B", "B 级（偶有违法）"), ("C", "C 级（重点监管）")],
                        max_length=1,
                        verbose_name="信用等级",
                    ),
                ),
                ("detail", models.TextField(blank=True, verbose_name="决定内容")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "等待履行"),
                            ("paid", "已支付"),
                            ("partly", "部分支付"),
                            ("unpaid", "逾期未支付"),
                            ("enforced", "已申请强制执行"),
                            ("rectified", "已整改"),
                            ("ignored", "逾期未整改"),
                            ("realised", "已变现，用于支付工资"),
                            ("released", "已解除保全"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="履行情况",
                    ),
                ),
                ("outcome_on", models.DateField(blank=True, null=True, verbose_name="履行情况日期")),
                ("outcome_note", models.TextField(blank=True, verbose_name="履行情况说明")),
                ("outcome_at", models.DateTimeField(null=True, verbose_name="登记时间")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("voided_on", models.DateField(null=True, verbose_name="撤销日期")),
                ("voided_at", models.DateTimeField(null=True, verbose_name="撤销登记时间")),
                ("void_reason", models.TextField(blank=True, verbose_name="撤销原因")),
                (
                    "act",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sanction",
                        to="cases.act",
                        verbose_name="办理",
                    ),
                ),
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
                        related_name="sanctions",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "outcome_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.evidence",
                        verbose_name="决定文书",
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
                (
                    "voided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "处理处罚",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["case", "kind"], name="sanction_case"),
                    models.Index(
                        condition=models.Q(("voided_at__isnull", True)), fields=["pay_by"], name="sanction_unpaid"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at__isnull", True)),
                        fields=("case", "kind", "number"),
                        name="sanctioned_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "order"), _negated=True), ("pay_by__isnull", False), _connector="OR"
                        ),
                        name="an_order_has_its_term",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "preserve"), _negated=True),
                            models.Q(("held_from__isnull", False), ("held_until__gte", models.F("held_from"))),
                            _connector="OR",
                        ),
                        name="assets_are_held_from_to",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "grade"), _negated=True),
                            models.Q(("grade", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_grade_is_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicationRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="用人单位名称")),
                ("code", models.CharField(blank=True, max_length=40, verbose_name="统一社会信用代码")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="单位地址")),
                ("representative", models.CharField(blank=True, max_length=40, verbose_name="法定代表人（负责人）")),
                ("violation", models.TextField(max_length=1000, verbose_name="主要违法事实")),
                ("decision", models.TextField(max_length=2000, verbose_name="处理情况")),
                ("decided_on", models.DateField(verbose_name="决定日期")),
                ("workers", models.PositiveIntegerField(default=0, verbose_name="涉及人数（人）")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, default=0, max_digits=16, verbose_name="涉及金额（元）"),
                ),
                ("out", models.BooleanField(default=False, verbose_name="本期不公布")),
                ("out_reason", models.CharField(blank=True, max_length=300, verbose_name="不公布的理由")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤下时间")),
                ("withdrawal", models.CharField(blank=True, max_length=300, verbose_name="撤下原因")),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published",
                        to="cases.employer",
                        verbose_name="用人单位",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published",
                        to="sanctions.listing",
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="sanctions.publication",
                        verbose_name="名单",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤下人",
                    ),
                ),
                (
                    "put_forward",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published",
                        to="sanctions.putforward",
                    ),
                ),
                (
                    "sanctions",
                    models.ManyToManyField(related_name="published", to="sanctions.sanction", verbose_name="处理处罚"),
                ),
            ],
            options={
                "verbose_name": "公布对象",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("publication", "employer"), name="published_once_a_period"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("out", False), models.Q(("out_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="left_out_for_a_reason",
                    ),
                ],
            },
        ),
    ]
