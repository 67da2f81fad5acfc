import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("cases", "0001_initial"),
        ("inspections", "0001_initial"),
        ("unions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ListComparison",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("lists", models.JSONField(default=list)),
                ("matches", models.JSONField(default=list)),
                (
                    "taken",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="list_comparisons",
                        to=settings.AUTH_USER_MODEL,
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
            options={"verbose_name": "名单比对", "ordering": ["-id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="WarningCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("on", models.DateField(verbose_name="核实日期")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("case", "确有欠薪，已登记案件"),
                            ("monitored", "暂未欠薪，继续监测"),
                            ("unfounded", "预警信息不属实"),
                        ],
                        max_length=10,
                        verbose_name="核实结果",
                    ),
                ),
                ("detail", models.TextField(verbose_name="核实情况")),
                ("at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warning_checks",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="warning_checks", to="cases.employer"
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="核实单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "实地核实",
                "ordering": ["-on", "-id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["employer", "-on"], name="warning_check_employer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case__isnull", False), ("outcome", "case")),
                            models.Q(("outcome", "case"), _negated=True),
                            _connector="OR",
                        ),
                        name="warning_case_is_named",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SitePaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to="")),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="inspections.inspection",
                    ),
                ),
                (
                    "check_made",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="early_warning.warningcheck",
                    ),
                ),
            ],
            options={
                "verbose_name": "现场材料",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("check_made__isnull", False), ("inspection", None)),
                            models.Q(("check_made", None), ("inspection__isnull", False)),
                            _connector="OR",
                        ),
                        name="paper_of_one_visit",
                    ),
                    models.UniqueConstraint(fields=("check_made", "sha256"), name="check_paper_once"),
                    models.UniqueConstraint(fields=("inspection", "sha256"), name="inspection_paper_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WarningSignal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "authority",
                    models.CharField(
                        blank=True,
                        choices=[("housing", "住房城乡建设"), ("transport", "交通运输"), ("water", "水利")],
                        max_length=10,
                        verbose_name="行业主管部门",
                    ),
                ),
                ("source", models.CharField(max_length=20, verbose_name="信息来源")),
                ("kind", models.CharField(max_length=20, verbose_name="信息类别")),
                ("on", models.DateField(verbose_name="发生日期")),
                ("received_on", models.DateField(verbose_name="收到日期")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=13, null=True, verbose_name="金额（元）")),
                ("detail", models.TextField(blank=True, verbose_name="情况说明")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="来文编号")),
                ("major", models.BooleanField(default=False, verbose_name="重大")),
                ("fingerprint", models.CharField(editable=False, max_length=64)),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("responded_at", models.DateTimeField(null=True, verbose_name="首次响应")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200, verbose_name="撤回原因")),
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
                    "check_made",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="early_warning.warningcheck",
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warning_signals",
                        to="cases.employer",
                        verbose_name="用人单位",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.project",
                        verbose_name="工程项目",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warning_signals",
                        to="unions.union",
                        verbose_name="接收单位",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "预警信息",
                "ordering": ["-on", "-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["employer", "-on"], name="warning_employer"),
                    models.Index(
                        fields=["path", "-id"], name="warning_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)), fields=("union", "fingerprint"), name="warning_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WarningStanding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=160)),
                ("level", models.CharField(blank=True, max_length=10, verbose_name="预警等级")),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("score", models.DecimalField(decimal_places=2, default=0, max_digits=7, verbose_name="分值")),
                ("reasons", models.JSONField(default=list, verbose_name="理由")),
                ("signals", models.PositiveIntegerField(default=0, verbose_name="预警信息（条）")),
                ("own", models.PositiveIntegerField(default=0, verbose_name="本系统产生（条）")),
                ("unverified", models.PositiveIntegerField(default=0, verbose_name="待核实（条）")),
                ("major", models.BooleanField(default=False)),
                ("latest_on", models.DateField(verbose_name="最近一条")),
                ("waiting_since", models.DateField(null=True)),
                ("rulebook", models.CharField(blank=True, max_length=60)),
                ("clause", models.CharField(blank=True, max_length=30)),
                ("graded_on", models.DateField(verbose_name="计算日期")),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warning_standings",
                        to="cases.employer",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="unions.union"),
                ),
            ],
            options={
                "verbose_name": "预警等级",
                "ordering": ["-rank", "-score", "-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["union", "-rank", "-score", "-id"], name="standing_board"),
                    models.Index(fields=["path"], name="standing_path", opclasses=["varchar_pattern_ops"]),
                ],
                "constraints": [models.UniqueConstraint(fields=("union", "employer"), name="standing_once")],
            },
        ),
        migrations.CreateModel(
            name="WarningStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plan", "制定处置预案"),
                            ("measure", "采取处置措施"),
                            ("guidance", "督促指导用人单位"),
                            ("government", "报告本级政府"),
                            ("above", "报告上一级"),
                            ("authority", "推送行业主管部门"),
                        ],
                        max_length=10,
                        verbose_name="处置",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("detail", models.TextField(verbose_name="内容")),
                ("addressee", models.CharField(blank=True, max_length=60, verbose_name="送达部门")),
                ("at", models.DateTimeField(verbose_name="记录时间")),
                ("answered_on", models.DateField(null=True, verbose_name="回执日期")),
                ("answer", models.TextField(blank=True, verbose_name="回执、反馈")),
                ("answered_at", models.DateTimeField(null=True)),
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
                        verbose_name="记录人",
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="warning_steps", to="cases.employer"
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="接收单位",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="处置单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "预警处置",
                "ordering": ["-on", "-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["employer", "-on"], name="warning_step_employer"),
                    models.Index(
                        condition=models.Q(("answered_at", None), ("receiver__isnull", False)),
                        fields=["receiver"],
                        name="warning_step_waits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceRhythm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("source", models.CharField(max_length=20, verbose_name="信息来源")),
                (
                    "every",
                    models.CharField(
                        choices=[("week", "每周"), ("month", "每月"), ("quarter", "每季度")],
                        max_length=7,
                        verbose_name="频次",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=10, verbose_name="期满后几日内")),
                ("contact", models.CharField(max_length=120, verbose_name="提供部门、联系人")),
                ("since", models.DateField(verbose_name="自何日起")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="停止时间")),
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
                        verbose_name="收集单位",
                    ),
                ),
            ],
            options={"verbose_name": "定期收集", "ordering": ["path", "id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="SourceList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.DateField(verbose_name="期间起日")),
                ("received_on", models.DateField(verbose_name="收到日期")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="预警信息（条）")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
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
                    "rhythm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lists",
                        to="early_warning.sourcerhythm",
                        verbose_name="定期收集",
                    ),
                ),
            ],
            options={"verbose_name": "收到的名单", "ordering": ["-first"], "default_permissions": ()},
        ),
        migrations.AddConstraint(
            model_name="sourcerhythm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("union", "source"), name="one_rhythm_of_a_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcelist",
            constraint=models.UniqueConstraint(fields=("rhythm", "first"), name="one_list_a_period"),
        ),
    ]
