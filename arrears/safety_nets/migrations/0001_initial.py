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
            name="SafetyNet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[("deposit", "工资保证金"), ("emergency", "应急周转金")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="名称")),
                ("closed_on", models.DateField(null=True, verbose_name="结清日期")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                        related_name="safety_nets",
                        to="unions.union",
                        verbose_name="管理单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "兜底资金",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["path", "-id"], name="net_path", opclasses=["varchar_pattern_ops", "int8_ops"])
                ],
            },
        ),
        migrations.CreateModel(
            name="EmergencyFund",
            fields=[
                (
                    "safetynet_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="safety_nets.safetynet",
                    ),
                ),
                (
                    "founder",
                    models.CharField(
                        choices=[("union", "工会设立"), ("government", "政府设立")],
                        max_length=10,
                        verbose_name="设立方",
                    ),
                ),
                ("founder_name", models.CharField(max_length=120, verbose_name="设立单位")),
                ("basis", models.CharField(max_length=200, verbose_name="设立依据")),
                ("founded_on", models.DateField(verbose_name="设立日期")),
            ],
            options={"verbose_name": "应急周转金", "default_permissions": ()},
            bases=("safety_nets.safetynet",),
        ),
        migrations.CreateModel(
            name="Drawing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("advance", "垫付"),
                            ("return", "返还"),
                            ("give_back", "退回"),
                            ("adjust", "调减"),
                            ("reverse", "冲正"),
                        ],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                ("other_source", models.CharField(blank=True, max_length=120, verbose_name="其他资金来源")),
                ("workers", models.PositiveIntegerField(default=0, verbose_name="人数（人）")),
                ("migrants", models.PositiveIntegerField(default=0, verbose_name="其中农民工（人）")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="金额（元）")),
                ("notice_on", models.DateField(null=True, verbose_name="支付通知书日期")),
                ("paid_on", models.DateField(null=True, verbose_name="支付日期")),
                ("reason", models.CharField(max_length=200, verbose_name="依据")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("requested", "待审批"),
                            ("declined", "未批准"),
                            ("withdrawn", "已撤回"),
                            ("issued", "待银行支付"),
                            ("revoked", "通知书已作废"),
                            ("done", "已办理"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="进度",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="审批时间")),
                ("decision", models.TextField(blank=True, verbose_name="审批意见")),
                ("shown", models.JSONField(default=list, editable=False)),
                ("shown_hash", models.CharField(blank=True, max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawings",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "case_entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawing",
                        to="cases.ledgerentry",
                    ),
                ),
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
                    "net",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawings",
                        to="safety_nets.safetynet",
                        verbose_name="资金",
                    ),
                ),
            ],
            options={
                "verbose_name": "动用",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["case", "stage"], name="drawing_case"),
                    models.Index(fields=["net", "stage"], name="drawing_net"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case__isnull", False), ("kind", "advance")),
                            models.Q(
                                models.Q(("kind", "advance"), _negated=True),
                                ("case__isnull", True),
                                ("net__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="advance_is_for_a_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("net__isnull", False), models.Q(("other_source", ""), _negated=True), _connector="OR"
                        ),
                        name="other_money_is_named",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="drawing_is_of_money"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NetEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("stored", "存入"),
                            ("granted", "拨入"),
                            ("advanced", "垫付"),
                            ("topped_up", "补足"),
                            ("recovered", "追偿"),
                            ("returned", "返还"),
                            ("given_back", "退回"),
                            ("adjusted", "调整"),
                            ("reversed", "冲正"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "counts_as",
                    models.CharField(
                        choices=[
                            ("stored", "存入"),
                            ("granted", "拨入"),
                            ("advanced", "垫付"),
                            ("topped_up", "补足"),
                            ("recovered", "追偿"),
                            ("returned", "返还"),
                            ("given_back", "退回"),
                            ("adjusted", "调整"),
                            ("reversed", "冲正"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="金额（元）")),
                ("on", models.DateField(verbose_name="日期")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("at", models.DateTimeField(verbose_name="记账时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记账人",
                    ),
                ),
                (
                    "cancels",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancelled_by",
                        to="safety_nets.netentry",
                        verbose_name="冲正",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="net_entries",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "case_entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="net_entry",
                        to="cases.ledgerentry",
                    ),
                ),
                (
                    "drawing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="safety_nets.drawing",
                    ),
                ),
                (
                    "net",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="safety_nets.safetynet",
                        verbose_name="兜底资金",
                    ),
                ),
            ],
            options={
                "verbose_name": "兜底资金条目",
                "ordering": ["on", "id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["net"], include=("counts_as", "amount", "on"), name="net_entry_net")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("kind__in", ["stored", "granted", "topped_up", "recovered"])),
                            models.Q(("amount__lt", 0), ("kind__in", ["advanced", "returned", "given_back"])),
                            models.Q(("kind__in", ["adjusted", "reversed"]), models.Q(("amount", 0), _negated=True)),
                            _connector="OR",
                        ),
                        name="net_entry_is_natural",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancels__isnull", False), ("kind", "reversed")),
                            models.Q(models.Q(("kind", "reversed"), _negated=True), ("cancels__isnull", True)),
                            _connector="OR",
                        ),
                        name="net_reversal_names_its_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "reversed"), ("counts_as", models.F("kind")), _connector="OR"),
                        name="net_entry_counts_as_its_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("counts_as", "advanced"), _negated=True),
                            models.Q(("case__isnull", False), ("case_entry__isnull", False)),
                            _connector="OR",
                        ),
                        name="net_advance_names_its_case",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="drawing",
            name="cancels",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="safety_nets.netentry",
                verbose_name="冲正条目",
            ),
        ),
        migrations.CreateModel(
            name="WageDeposit",
            fields=[
                (
                    "safetynet_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="safety_nets.safetynet",
                    ),
                ),
                ("contract_amount", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="合同额（元）")),
                ("ratio", models.DecimalField(decimal_places=2, max_digits=4, verbose_name="存储比例（%）")),
                ("amount_due", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="应存金额（元）")),
                (
                    "stored_as",
                    models.CharField(
                        choices=[("cash", "现金存储"), ("guarantee", "银行保函")], max_length=10, verbose_name="形式"
                    ),
                ),
                ("bank", models.CharField(max_length=80, verbose_name="经办银行")),
                ("guarantee_number", models.CharField(blank=True, max_length=60, verbose_name="保函编号")),
                ("guarantee_until", models.DateField(null=True, verbose_name="保函到期日")),
                ("return_notice_on", models.DateField(null=True, verbose_name="返还公示日期")),
                ("return_notice_place", models.CharField(blank=True, max_length=120, verbose_name="公示地点")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deposits",
                        to="cases.project",
                        verbose_name="工程项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "工资保证金",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ratio__gte", 1), ("ratio__lte", 3)), name="deposit_ratio_by_law"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stored_as", "cash"),
                            models.Q(
                                ("guarantee_until__isnull", False), models.Q(("guarantee_number", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="guarantee_has_number_and_end",
                    ),
                ],
            },
            bases=("safety_nets.safetynet",),
        ),
        migrations.AddConstraint(
            model_name="drawing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancels__isnull", False), ("kind", "reverse")),
                    models.Q(models.Q(("kind", "reverse"), _negated=True), ("cancels__isnull", True)),
                    _connector="OR",
                ),
                name="drawing_names_what_it_cancels",
            ),
        ),
    ]
