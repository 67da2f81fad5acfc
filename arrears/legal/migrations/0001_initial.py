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
                            ("legal_aid", "法律援助"),
                            ("enforcement", "强制执行"),
                            ("support", "支持起诉"),
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
                ("priority", models.BooleanField(default=False, verbose_name="优先办理")),
                ("reviewed_on", models.DateField(null=True, verbose_name="审查通过日期")),
                ("assigned_on", models.DateField(null=True, verbose_name="指派日期")),
                ("assigned_to", models.CharField(blank=True, max_length=120, verbose_name="承办机构、承办人")),
                ("served_on", models.DateField(null=True, verbose_name="文书送达日期")),
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
                        verbose_name="办理单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "法律程序",
                "ordering": ["applied_on", "id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_on", None), ("accepted_on__gte", models.F("applied_on")), _connector="OR"
                        ),
                        name="accepted_after_it_was_applied_for",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), ("ended_on__gte", models.F("applied_on")), _connector="OR"
                        ),
                        name="proceeding_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("served_on", None), ("served_on__gte", models.F("applied_on")), _connector="OR"
                        ),
                        name="served_after_it_was_applied_for",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("assigned_on", None), ("assigned_on__gte", models.F("reviewed_on")), _connector="OR"
                        ),
                        name="assigned_after_the_review",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ["applied", "accepted"])),
                        fields=("case", "kind"),
                        name="one_proceeding_of_a_kind_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProceedingPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proceeding_payment",
                        to="cases.ledgerentry",
                    ),
                ),
                (
                    "proceeding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="legal.proceeding"
                    ),
                ),
            ],
            options={"verbose_name": "执行到账", "ordering": ["id"], "default_permissions": ()},
        ),
    ]
