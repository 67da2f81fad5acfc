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
            name="Acknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ground", models.CharField(max_length=60, verbose_name="上报依据")),
                ("ground_label", models.CharField(max_length=80, verbose_name="上报依据")),
                ("clause", models.CharField(blank=True, max_length=30, verbose_name="条款")),
                ("opened_at", models.DateTimeField()),
                ("at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acknowledgements", to="cases.case"
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acknowledgements", to="unions.union"
                    ),
                ),
            ],
            options={
                "ordering": ["case_id", "-union__depth"],
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("at__isnull", True)), fields=["union"], name="unacknowledged")
                ],
                "constraints": [models.UniqueConstraint(fields=("case", "union", "ground"), name="acknowledged_once")],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ground", models.CharField(max_length=60, verbose_name="上报依据")),
                ("ground_label", models.CharField(max_length=80, verbose_name="上报依据")),
                ("clause", models.CharField(blank=True, max_length=30, verbose_name="条款")),
                ("quotation", models.TextField(blank=True, verbose_name="条款原文")),
                ("immediate", models.BooleanField(default=False, verbose_name="即时")),
                ("reason", models.TextField(blank=True, verbose_name="上报说明")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("requested", "待审批"),
                            ("declined", "审批退回"),
                            ("withdrawn", "已撤回"),
                            ("sent", "已上报待接收"),
                            ("received", "已接收"),
                            ("returned", "上级退回"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="进度",
                    ),
                ),
                ("snapshot", models.JSONField(default=dict)),
                ("snapshot_hash", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.TextField(blank=True, verbose_name="审批意见")),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, verbose_name="接收意见")),
                ("taken_over", models.BooleanField(default=False, verbose_name="由接收单位承办")),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "decided_above",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="代为审批的上级",
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
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_escalations",
                        to="unions.union",
                        verbose_name="接收单位",
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
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_escalations",
                        to="unions.union",
                        verbose_name="上报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "上报",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["sender", "stage"], name="escalation_sender"),
                    models.Index(fields=["receiver", "stage"], name="escalation_receiver"),
                    models.Index(
                        condition=models.Q(("stage", "requested")), fields=["sender"], name="escalation_requested"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ["requested", "sent"])),
                        fields=("case", "sender"),
                        name="one_escalation_under_way",
                    )
                ],
            },
        ),
    ]
