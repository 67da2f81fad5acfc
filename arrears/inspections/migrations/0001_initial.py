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
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "industry",
                    models.CharField(
                        choices=[
                            ("A", "农、林、牧、渔业"),
                            ("B", "采矿业"),
                            ("C", "制造业"),
                            ("D", "电力、热力、燃气及水生产和供应业"),
                            ("E", "建筑业"),
                            ("F", "批发和零售业"),
                            ("G", "交通运输、仓储和邮政业"),
                            ("H", "住宿和餐饮业"),
                            ("I", "信息传输、软件和信息技术服务业"),
                            ("J", "金融业"),
                            ("K", "房地产业"),
                            ("L", "租赁和商务服务业"),
                            ("M", "科学研究和技术服务业"),
                            ("N", "水利、环境和公共设施管理业"),
                            ("O", "居民服务、修理和其他服务业"),
                            ("P", "教育"),
                            ("Q", "卫生和社会工作"),
                            ("R", "文化、体育和娱乐业"),
                            ("S", "公共管理、社会保障和社会组织"),
                            ("T", "国际组织"),
                        ],
                        max_length=1,
                        verbose_name="所属行业",
                    ),
                ),
                ("on_project", models.BooleanField(default=False, verbose_name="是否工程建设项目")),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[("government", "政府投资"), ("soe", "国企"), ("other", "其他")],
                        max_length=10,
                        verbose_name="项目性质",
                    ),
                ),
                (
                    "table_row",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(
                                    models.Q(
                                        ("industry", "E"),
                                        models.Q(
                                            ("on_project", True), models.Q(("industry__in", ["C", "H"]), _negated=True)
                                        ),
                                        _connector="OR",
                                    ),
                                    ("nature", "government"),
                                ),
                                then=models.Value("government"),
                            ),
                            models.When(
                                models.Q(
                                    models.Q(
                                        ("industry", "E"),
                                        models.Q(
                                            ("on_project", True), models.Q(("industry__in", ["C", "H"]), _negated=True)
                                        ),
                                        _connector="OR",
                                    ),
                                    ("nature", "soe"),
                                ),
                                then=models.Value("soe"),
                            ),
                            models.When(
                                models.Q(
                                    ("industry", "E"),
                                    models.Q(
                                        ("on_project", True), models.Q(("industry__in", ["C", "H"]), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                then=models.Value("project"),
                            ),
                            models.When(industry="C", then=models.Value("manufacturing")),
                            default=models.Value("other"),
                            output_field=models.CharField(max_length=13),
                        ),
                        output_field=models.CharField(
                            choices=[
                                ("government", "政府投资项目"),
                                ("soe", "国企项目"),
                                ("project", "其他项目"),
                                ("manufacturing", "制造业"),
                                ("other", "其他用人单位"),
                            ],
                            max_length=13,
                        ),
                    ),
                ),
                ("on", models.DateField(verbose_name="检查日期")),
                ("workers", models.PositiveIntegerField(verbose_name="涉及职工人数（人）")),
                ("migrants", models.PositiveIntegerField(default=0, verbose_name="其中农民工（人）")),
                (
                    "supervisors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="劳动法律监督员",
                    ),
                ),
                ("findings", models.TextField(blank=True, verbose_name="检查情况")),
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
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="cases.employer",
                        verbose_name="用人单位",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="cases.project",
                        verbose_name="工程项目",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="unions.union",
                        verbose_name="检查单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "排查",
                "ordering": ["-on", "-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "on"], name="inspection_path", opclasses=["varchar_pattern_ops", "date_ops"]
                    ),
                    models.Index(fields=["employer", "-on"], name="inspection_employer"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("migrants__lte", models.F("workers"))),
                        name="inspected_migrants_are_workers",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "point",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("account", "工资专用账户"),
                            ("real_name", "实名制管理"),
                            ("deposit", "工资保证金"),
                            ("board", "维权告示牌"),
                            ("monthly", "按月足额支付"),
                            ("contract", "劳动合同"),
                        ],
                        max_length=10,
                        verbose_name="检查项",
                    ),
                ),
                ("detail", models.CharField(max_length=500, verbose_name="问题")),
                ("due_on", models.DateField(verbose_name="整改期限")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("closed_on", models.DateField(null=True, verbose_name="整改完成")),
                ("closing", models.CharField(blank=True, max_length=500, verbose_name="整改情况")),
                ("closed_at", models.DateTimeField(null=True)),
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
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="found", to="inspections.inspection"
                    ),
                ),
            ],
            options={
                "verbose_name": "检查问题",
                "ordering": ["due_on", "id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_on", None)), fields=["due_on", "id"], name="finding_unsolved"
                    ),
                    models.Index(fields=["path"], name="finding_path", opclasses=["varchar_pattern_ops"]),
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectionPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "point",
                    models.CharField(
                        choices=[
                            ("account", "工资专用账户"),
                            ("real_name", "实名制管理"),
                            ("deposit", "工资保证金"),
                            ("board", "维权告示牌"),
                            ("monthly", "按月足额支付"),
                            ("contract", "劳动合同"),
                        ],
                        max_length=10,
                        verbose_name="检查项",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "已落实"), ("no", "未落实"), ("na", "不适用")],
                        max_length=3,
                        verbose_name="情况",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="points", to="inspections.inspection"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("inspection", "point"), name="point_once")],
            },
        ),
        migrations.CreateModel(
            name="KeyTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("estate", "有风险的房地产企业"),
                                ("government", "政府投资项目"),
                                ("soe", "国企项目"),
                                ("offender", "曾发生欠薪"),
                                ("unpaid", "检查发现未足额发放"),
                                ("complained", "有投诉举报"),
                                ("warned", "预警等级较高"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                        verbose_name="列入原因",
                    ),
                ),
                ("responsible", models.CharField(max_length=40, verbose_name="责任人")),
                ("risk", models.CharField(max_length=20, verbose_name="风险类别")),
                ("every_days", models.PositiveSmallIntegerField(verbose_name="检查间隔（日）")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("since", models.DateField(verbose_name="列入日期")),
                ("ended_on", models.DateField(null=True, verbose_name="移出日期")),
                ("ended_reason", models.CharField(blank=True, max_length=200, verbose_name="移出原因")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="key_targets", to="cases.employer"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.project"
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="key_targets",
                        to="unions.union",
                        verbose_name="负责单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "重点对象",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="target_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("union", "employer", "project"),
                        name="one_current_target",
                        nulls_distinct=False,
                    )
                ],
            },
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="platform_checks", to="cases.project"
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
            options={
                "verbose_name": "互查审计",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["inspected", "-id"], name="review_inspected")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="review_ends_after_it_began"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("inspector__isnull", False), ("outsider", "")),
                            models.Q(("inspector", None), models.Q(("outsider", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="somebody_inspects",
                    ),
                ],
            },
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="found", to="inspections.review"
                    ),
                ),
            ],
            options={
                "verbose_name": "互查审计问题",
                "ordering": ["due_on", "id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["due_on", "id"],
                        name="review_finding_unsettled",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closed_at", None), ("answered_at__isnull", False), _connector="OR"),
                        name="answered_before_closed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Secondment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("person", models.CharField(max_length=40, verbose_name="抽调人员")),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("task_force", models.CharField(max_length=120, verbose_name="工作专班")),
                ("task", models.CharField(max_length=200, verbose_name="承担的工作")),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(blank=True, null=True, verbose_name="止")),
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
                        related_name="secondments",
                        to="unions.union",
                        verbose_name="派出单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "专班抽调",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="secondment_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="secondment_ends_after_it_began",
                    ),
                    models.UniqueConstraint(fields=("union", "person", "task_force", "since"), name="seconded_once"),
                ],
            },
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
                        choices=[
                            ("focused", "集中排查"),
                            ("monthly", "月度专项检查"),
                            ("special", "专项检查"),
                            ("oversight", "专项督查"),
                        ],
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
                ("report", models.TextField(blank=True, verbose_name="督查报告")),
                ("reported_at", models.DateTimeField(null=True, verbose_name="报告登记时间")),
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
            options={
                "verbose_name": "排查计划",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="round_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="round_ends_after_it_began"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("called_off_at", None), ("kind", "monthly")),
                        fields=("union", "since"),
                        name="one_monthly_round",
                    ),
                ],
            },
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.employer"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.project"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="inspections.round"
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
            options={
                "verbose_name": "计划检查对象",
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["path"], name="round_target_path", opclasses=["varchar_pattern_ops"]),
                    models.Index(fields=["employer"], name="round_target_employer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "employer", "project"), name="listed_once_in_a_round", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "causes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("illegal_award", "违法发包"),
                                ("passed_on", "转包"),
                                ("illegal_sublet", "违法分包"),
                                ("affiliated", "挂靠"),
                                ("works_unpaid", "拖欠工程款"),
                                ("difficulty", "经营困难"),
                                ("fewer_orders", "订单减少"),
                                ("fled", "逃匿"),
                                ("malicious", "恶意欠薪"),
                                ("other", "其他"),
                            ],
                            max_length=14,
                        ),
                        size=None,
                        verbose_name="欠薪原因",
                    ),
                ),
                ("analysis", models.TextField(verbose_name="原因分析")),
                ("measure", models.TextField(verbose_name="针对性举措")),
                ("responsible", models.CharField(max_length=60, verbose_name="化解责任人")),
                ("responsible_unit", models.CharField(max_length=80, verbose_name="化解责任单位")),
                ("due_on", models.DateField(verbose_name="化解期限")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                ("done_on", models.DateField(null=True, verbose_name="化解日期")),
                ("result", models.TextField(blank=True, verbose_name="化解结果")),
                ("closed_at", models.DateTimeField(null=True)),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions",
                        to="cases.case",
                        verbose_name="重大案件",
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
                    "target",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions",
                        to="inspections.keytarget",
                        verbose_name="重点对象",
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
            ],
            options={
                "verbose_name": "化解举措",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["path"], name="resolution_path", opclasses=["varchar_pattern_ops"]),
                    models.Index(condition=models.Q(("done_on", None)), fields=["due_on"], name="resolution_open"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case", None), ("target__isnull", False)),
                            models.Q(("case__isnull", False), ("target", None)),
                            _connector="OR",
                        ),
                        name="resolution_of_one_matter",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResolutionNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="日期")),
                ("words", models.CharField(max_length=500, verbose_name="进展")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="inspections.resolution"
                    ),
                ),
            ],
            options={"verbose_name": "化解进展", "ordering": ["on", "id"], "default_permissions": ()},
        ),
    ]
