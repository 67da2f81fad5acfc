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
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="转办理由")),
                (
                    "from_state",
                    models.CharField(
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
                        max_length=12,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("waiting", "待对方接收"),
                            ("accepted", "已接收"),
                            ("refused", "对方退回"),
                            ("recalled", "已撤回"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="进度",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="转办时间")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                ("answer", models.TextField(blank=True, verbose_name="答复意见")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="转办人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_transfers",
                        to="unions.union",
                        verbose_name="接收单位",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_transfers",
                        to="unions.union",
                        verbose_name="转出单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "转办",
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("stage", "waiting")), fields=["receiver"], name="transfer_waiting")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage", "waiting")), fields=("case",), name="one_transfer_under_way"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sender", models.F("receiver")), _negated=True),
                        name="transfer_goes_somewhere_else",
                    ),
                ],
            },
        )
    ]
