import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("cases", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(verbose_name="姓名")),
                ("phone", models.TextField(blank=True, verbose_name="手机号")),
                ("phone_print", models.CharField(blank=True, editable=False, max_length=64)),
                ("identity", models.TextField(blank=True, verbose_name="身份证号")),
                ("identity_print", models.CharField(blank=True, editable=False, max_length=64)),
                ("job", models.CharField(blank=True, max_length=60, verbose_name="班组、工种")),
                ("migrant", models.BooleanField(default=False, verbose_name="农民工")),
                ("owed_from", models.DateField(blank=True, null=True, verbose_name="欠薪起始")),
                ("owed_until", models.DateField(blank=True, null=True, verbose_name="欠薪截止")),
                ("owed", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="欠薪金额（元）")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("agreed_on", models.DateField(blank=True, null=True, verbose_name="同意接收短信")),
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
                        to="cases.case",
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
            options={
                "verbose_name": "职工",
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("phone_print", ""), _negated=True),
                        fields=["phone_print"],
                        name="worker_phone",
                    ),
                    models.Index(
                        condition=models.Q(("identity_print", ""), _negated=True),
                        fields=["identity_print"],
                        name="worker_identity",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("owed__gt", 0)), name="worker_is_owed"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owed_until__isnull", True),
                            ("owed_from__isnull", True),
                            ("owed_until__gte", models.F("owed_from")),
                            _connector="OR",
                        ),
                        name="worker_end_after_begin",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkerPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="金额（元）")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="cases.ledgerentry",
                        verbose_name="台账条目",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="cases.evidence",
                        verbose_name="银行回单",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="workers.worker",
                        verbose_name="职工",
                    ),
                ),
            ],
            options={
                "verbose_name": "职工清偿",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("worker", "entry"), name="paid_once_by_an_entry"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payment_is_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last", models.BooleanField(default=True, editable=False)),
                (
                    "answer",
                    models.CharField(
                        choices=[("received", "已足额收到"), ("less", "只收到一部分"), ("nothing", "没有收到")],
                        max_length=10,
                        verbose_name="职工答复",
                    ),
                ),
                (
                    "received",
                    models.DecimalField(decimal_places=2, max_digits=13, null=True, verbose_name="实收（元）"),
                ),
                ("words", models.TextField(blank=True, verbose_name="职工说明")),
                ("at", models.DateTimeField(verbose_name="答复时间")),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("arrived", "核实已到账"), ("unpaid", "核实未到账")],
                        max_length=10,
                        verbose_name="核实结果",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=500, verbose_name="核实说明")),
                ("found_at", models.DateTimeField(null=True, verbose_name="核实时间")),
                (
                    "found_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="workers.workerpayment",
                        verbose_name="职工清偿",
                    ),
                ),
            ],
            options={
                "verbose_name": "到账确认",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("last", True)), fields=("payment",), name="one_last_answer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "less"), ("received__gt", 0)),
                            models.Q(models.Q(("answer", "less"), _negated=True), ("received", None)),
                            _connector="OR",
                        ),
                        name="less_says_how_much",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentSlip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=12, unique=True, verbose_name="编号")),
                ("code", models.CharField(editable=False, max_length=64)),
                ("valid", models.BooleanField(default=True, verbose_name="有效")),
                ("at", models.DateTimeField(verbose_name="打印时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="打印人",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slips",
                        to="workers.worker",
                        verbose_name="职工",
                    ),
                ),
            ],
            options={
                "verbose_name": "到账确认单",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("valid", True)), fields=("worker",), name="one_valid_slip"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkerMessage",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("rights", "维权短信"), ("arrival", "到账确认短信")], max_length=8, verbose_name="类别"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="提交时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发送人",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="workers.worker",
                        verbose_name="职工",
                    ),
                ),
            ],
            options={
                "verbose_name": "职工短信",
                "ordering": ["-id"],
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["changed_at"],
                        name="workermessage_under_way",
                    )
                ],
            },
        ),
    ]
