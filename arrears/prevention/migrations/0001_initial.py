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
            name="PreventionWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("union_building", "建会入会"),
                            ("visit", "走访"),
                            ("publicity", "普法宣传"),
                            ("checkup", "法治体检"),
                            ("contract", "劳动合同指导"),
                            ("bargaining", "工资集体协商"),
                            ("meeting", "联席会议"),
                            ("campaign", "专题宣传"),
                            ("joint", "联合督导"),
                            ("legal_service", "公益法律服务行动"),
                        ],
                        max_length=14,
                        verbose_name="类别",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("title", models.CharField(max_length=120, verbose_name="事项")),
                ("firms", models.PositiveIntegerField(default=0, verbose_name="用人单位（户）")),
                ("projects", models.PositiveIntegerField(default=0, verbose_name="工程项目（个）")),
                ("people", models.PositiveIntegerField(default=0, verbose_name="覆盖人数（人）")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="地点")),
                ("helpers", models.PositiveIntegerField(default=0, verbose_name="服务人员（人）")),
                ("agenda", models.TextField(blank=True, verbose_name="议题、方案")),
                ("partners", models.CharField(blank=True, max_length=300, verbose_name="参加单位")),
                ("done", models.TextField(blank=True, verbose_name="做了什么、有什么结果")),
                ("planned_at", models.DateTimeField(editable=False, null=True, verbose_name="安排时间")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200, verbose_name="撤销原因")),
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
                    "employers",
                    models.ManyToManyField(
                        related_name="prevention_works", to="cases.employer", verbose_name="用人单位"
                    ),
                ),
                (
                    "cases",
                    models.ManyToManyField(related_name="prevention_works", to="cases.case", verbose_name="案件"),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prevention_works",
                        to="unions.union",
                        verbose_name="开展单位",
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
                "verbose_name": "预防工作",
                "ordering": ["-on", "-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "on"], name="prevention_path", opclasses=["varchar_pattern_ops", "date_ops"]
                    ),
                    models.Index(fields=["union", "on"], name="prevention_union"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PreventionPaper",
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
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="prevention.preventionwork",
                    ),
                ),
            ],
            options={
                "verbose_name": "预防工作材料",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("work", "sha256"), name="prevention_paper_once")],
            },
        ),
        migrations.CreateModel(
            name="PreventionTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=300, verbose_name="议定事项")),
                ("responsible", models.CharField(max_length=120, verbose_name="落实单位、责任人")),
                ("due_on", models.DateField(verbose_name="落实期限")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("done_on", models.DateField(null=True, verbose_name="落实日期")),
                ("result", models.CharField(blank=True, max_length=500, verbose_name="落实情况")),
                ("done_at", models.DateTimeField(null=True)),
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
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="prevention.preventionwork",
                    ),
                ),
            ],
            options={"verbose_name": "议定事项", "ordering": ["due_on", "id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="RiskChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=20, verbose_name="调整为")),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
                ("until", models.DateField(verbose_name="有效期至")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("requested", "待审批"),
                            ("approved", "已生效"),
                            ("declined", "未同意"),
                            ("withdrawn", "已撤回"),
                            ("ended", "已提前终止"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="进度",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="审批时间")),
                ("opinion", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
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
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="risk_changes", to="cases.employer"
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="分类单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "风险类别调整",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("stage", "requested")), fields=["union"], name="risk_change_waits")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ["requested", "approved"])),
                        fields=("union", "employer"),
                        name="one_risk_change",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EmployerRisk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=160)),
                ("label", models.CharField(max_length=20, verbose_name="风险类别")),
                ("rank", models.PositiveSmallIntegerField()),
                ("score", models.DecimalField(decimal_places=2, default=0, max_digits=7)),
                ("every_days", models.PositiveSmallIntegerField(null=True, verbose_name="检查间隔（日）")),
                ("service", models.CharField(blank=True, max_length=200, verbose_name="监管服务")),
                ("rule_label", models.CharField(max_length=20)),
                ("rule_rank", models.PositiveSmallIntegerField()),
                ("warned", models.PositiveSmallIntegerField(default=0)),
                ("warned_level", models.CharField(blank=True, max_length=10)),
                ("arrears", models.PositiveIntegerField(default=0)),
                ("unfinished", models.PositiveIntegerField(default=0)),
                ("findings", models.PositiveIntegerField(default=0)),
                ("workforce", models.PositiveIntegerField(default=0)),
                ("years", models.PositiveSmallIntegerField(default=0)),
                (
                    "reached",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), default=list, size=None
                    ),
                ),
                ("rulebook", models.CharField(max_length=60)),
                ("clause", models.CharField(max_length=30)),
                ("since", models.DateField(verbose_name="首次分类")),
                ("at", models.DateTimeField(verbose_name="计算时间")),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="risks", to="cases.employer"
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="分类单位",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="prevention.riskchange",
                    ),
                ),
            ],
            options={
                "verbose_name": "企业风险分类",
                "ordering": ["-rank", "-score", "-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["union", "-rank", "-score", "-id"], name="risk_board"),
                    models.Index(fields=["path"], name="risk_path", opclasses=["varchar_pattern_ops"]),
                    models.Index(fields=["-rank", "-score", "-id"], name="risk_order"),
                ],
                "constraints": [models.UniqueConstraint(fields=("union", "employer"), name="risk_once")],
            },
        ),
        migrations.CreateModel(
            name="SubsidyList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("quarter", models.CharField(max_length=6, verbose_name="季度")),
                ("rows", models.JSONField(default=list)),
                (
                    "per_case",
                    models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name="每件（元）"),
                ),
                ("hash", models.CharField(max_length=64)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("drafted", "待确认"),
                            ("confirmed", "已确认"),
                            ("declined", "未同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="drafted",
                        max_length=10,
                        verbose_name="进度",
                    ),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                ("opinion", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "drafted_by",
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
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "以案定补清单",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="subsidy_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ["drafted", "confirmed"])),
                        fields=("union", "quarter"),
                        name="one_subsidy_list",
                    )
                ],
            },
        ),
    ]
