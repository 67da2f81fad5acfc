"""Inspection rounds, audits between units, platform status of projects."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("unions", "0003_agencies"),
        ("arrears", "0010_heavy_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("peer", "市际互查"), ("third_party", "第三方审计"), ("special", "专项检查")],
                        max_length=12,
                        verbose_name="方式",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("outsider", models.CharField(blank=True, max_length=120, verbose_name="第三方机构")),
                ("leader", models.CharField(max_length=60, verbose_name="带队人")),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(verbose_name="止")),
                ("scope", models.TextField(blank=True, verbose_name="检查内容")),
                ("visited_on", models.DateField(null=True, verbose_name="到场日期")),
                ("people", models.CharField(blank=True, max_length=300, verbose_name="参加人员")),
                ("summary", models.TextField(blank=True, verbose_name="检查情况")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("at", models.DateTimeField(verbose_name="制定时间")),
                ("called_off_at", models.DateTimeField(null=True, verbose_name="取消时间")),
                ("called_off_because", models.CharField(blank=True, max_length=200, verbose_name="取消原因")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制定人",
                    ),
                ),
                (
                    "inspected",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="被检查单位",
                    ),
                ),
                (
                    "inspector",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="检查单位",
                    ),
                ),
                (
                    "planner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="组织单位",
                    ),
                ),
            ],
            options={"verbose_name": "互查审计", "ordering": ["-id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="ReviewFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "spot",
                    models.CharField(
                        choices=[
                            ("account", "工资专用账户"),
                            ("real_name", "实名制管理"),
                            ("deposit", "工资保证金"),
                            ("board", "维权告示牌"),
                            ("platform", "监管平台"),
                            ("clues", "线索核实处置"),
                            ("ledger", "台账与销号"),
                            ("reports", "信息报送"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="薄弱环节",
                    ),
                ),
                ("detail", models.CharField(max_length=500, verbose_name="问题")),
                ("due_on", models.DateField(verbose_name="整改期限")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("answer", models.TextField(blank=True, verbose_name="整改情况")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                ("sent_back", models.CharField(blank=True, max_length=300, verbose_name="退回原因")),
                ("closing", models.CharField(blank=True, max_length=300, verbose_name="销号意见")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="销号时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="found", to="arrears.review"
                    ),
                ),
            ],
            options={"verbose_name": "互查审计问题", "ordering": ["due_on", "id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("name", models.CharField(max_length=120, verbose_name="计划名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[("focused", "集中排查"), ("monthly", "月度专项检查"), ("special", "专项检查")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(verbose_name="止")),
                ("places", models.CharField(blank=True, max_length=200, verbose_name="范围、地点")),
                ("members", models.CharField(blank=True, max_length=300, verbose_name="参加人员")),
                ("at", models.DateTimeField(verbose_name="制定时间")),
                ("called_off_at", models.DateTimeField(null=True, verbose_name="取消时间")),
                ("called_off_because", models.CharField(blank=True, max_length=200, verbose_name="取消原因")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制定人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="组织单位",
                    ),
                ),
            ],
            options={"verbose_name": "排查计划", "ordering": ["-id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="RoundTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("why", models.CharField(max_length=120, verbose_name="列入原因")),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="arrears.employer"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="arrears.project"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="arrears.round"
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="检查单位",
                    ),
                ),
            ],
            options={"verbose_name": "计划检查对象", "ordering": ["id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="PlatformCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("on", models.DateField(verbose_name="核查日期")),
                ("checker", models.CharField(max_length=40, verbose_name="核查人")),
                ("listed", models.BooleanField(verbose_name="已纳入平台")),
                ("listed_since", models.DateField(null=True, verbose_name="纳入日期")),
                ("warnings", models.PositiveIntegerField(default=0, verbose_name="平台预警（条）")),
                ("unhandled", models.PositiveIntegerField(default=0, verbose_name="其中未处置（条）")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("due_on", models.DateField(null=True, verbose_name="整改期限")),
                ("closed_on", models.DateField(null=True, verbose_name="整改完成")),
                ("closing", models.CharField(blank=True, max_length=500, verbose_name="整改情况")),
                ("closed_at", models.DateTimeField(null=True)),
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
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="platform_checks",
                        to="arrears.project",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="核查单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "平台核查",
                "ordering": ["-on", "-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["project", "-on", "-id"], name="platform_project"),
                    models.Index(fields=["path"], name="platform_path", opclasses=["varchar_pattern_ops"]),
                    models.Index(
                        condition=models.Q(("closed_on", None), ("due_on__isnull", False)),
                        fields=["due_on", "id"],
                        name="platform_unmended",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("unhandled__lte", models.F("warnings"))), name="unhandled_are_warnings"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_on", None), ("listed", True), ("unhandled", 0)),
                            models.Q(
                                ("due_on__isnull", False),
                                models.Q(("listed", False), ("unhandled__gt", 0), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="amiss_has_a_term",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="review", index=models.Index(fields=["inspected", "-id"], name="review_inspected")
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="review_ends_after_it_began"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("inspector__isnull", False), ("outsider", "")),
                    models.Q(("inspector", None), models.Q(("outsider", ""), _negated=True)),
                    _connector="OR",
                ),
                name="somebody_inspects",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewfinding",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["due_on", "id"], name="review_finding_unsettled"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_at", None), ("answered_at__isnull", False), _connector="OR"),
                name="answered_before_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(
                fields=["path", "-id"], name="round_path", opclasses=["varchar_pattern_ops", "int8_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="round_ends_after_it_began"
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.UniqueConstraint(
                condition=models.Q(("called_off_at", None), ("kind", "monthly")),
                fields=("union", "since"),
                name="one_monthly_round",
            ),
        ),
        migrations.AddIndex(
            model_name="roundtarget",
            index=models.Index(fields=["path"], name="round_target_path", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="roundtarget", index=models.Index(fields=["employer"], name="round_target_employer")
        ),
        migrations.AddConstraint(
            model_name="roundtarget",
            constraint=models.UniqueConstraint(
                fields=("round", "employer", "project"), name="listed_once_in_a_round", nulls_distinct=False
            ),
        ),
    ]
