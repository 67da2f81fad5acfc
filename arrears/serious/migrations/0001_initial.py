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
            name="StandingPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("title", models.CharField(max_length=120, verbose_name="预案名称")),
                ("key", models.CharField(editable=False, max_length=120)),
                ("version", models.PositiveSmallIntegerField(verbose_name="版次")),
                ("since", models.DateField(verbose_name="施行日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="止")),
                ("text", models.TextField(verbose_name="预案内容")),
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
                        related_name="standing_plans",
                        to="unions.union",
                        verbose_name="制定单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "应急预案",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="standing_plan_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("union", "key", "version"), name="standing_plan_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanDrill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="演练日期")),
                ("people", models.PositiveIntegerField(default=0, verbose_name="参加人数（人）")),
                ("summary", models.TextField(verbose_name="演练情况和发现的问题")),
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drills",
                        to="serious.standingplan",
                        verbose_name="预案",
                    ),
                ),
            ],
            options={"verbose_name": "预案演练", "ordering": ["-on", "-id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Emergency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("incident_at", models.DateTimeField(verbose_name="事发时间")),
                ("place", models.CharField(max_length=120, verbose_name="事发地点")),
                ("people", models.PositiveIntegerField(default=0, verbose_name="现场人数（人）")),
                (
                    "standing_plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emergencies",
                        to="serious.standingplan",
                        verbose_name="所依预案",
                    ),
                ),
                ("plan", models.TextField(verbose_name="处置预案")),
                ("outcome", models.TextField(blank=True, verbose_name="处置结果")),
                ("opened_at", models.DateTimeField(verbose_name="登记时间")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="平息时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emergencies",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "应急处置",
                "ordering": ["-id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("case",), name="one_emergency_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), models.Q(("outcome", ""), _negated=True), _connector="OR"
                        ),
                        name="emergency_ends_with_its_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("enterprise", "企业工会"),
                            ("township", "乡镇（街道）工会"),
                            ("district", "区市工会"),
                        ],
                        max_length=10,
                        verbose_name="层级",
                    ),
                ),
                ("people", models.CharField(max_length=200, verbose_name="到场人员")),
                ("arrived_at", models.DateTimeField(verbose_name="到场时间")),
                ("at", models.DateTimeField(verbose_name="记录时间")),
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
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="到场单位",
                    ),
                ),
                (
                    "emergency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="arrivals", to="serious.emergency"
                    ),
                ),
            ],
            options={
                "verbose_name": "到场",
                "ordering": ["arrived_at", "id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("emergency", "union"), name="arrived_once")],
            },
        ),
        migrations.CreateModel(
            name="EmergencyNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("progress", "现场情况"), ("demand", "职工诉求"), ("step", "处置措施")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("text", models.TextField(verbose_name="内容")),
                ("at", models.DateTimeField(verbose_name="记录时间")),
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
                    "emergency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="serious.emergency"
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="记录单位",
                    ),
                ),
            ],
            options={"verbose_name": "现场记录", "ordering": ["at", "id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="FallbackParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="兜底责任单位")),
                ("person", models.CharField(max_length=60, verbose_name="责任人")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="联系电话")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fallback",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
            ],
            options={"verbose_name": "兜底责任单位", "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("title", models.CharField(max_length=120, verbose_name="舆情事项")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("short_video", "短视频平台"),
                            ("microblog", "微博、论坛"),
                            ("press", "新闻媒体"),
                            ("board", "领导留言板"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="来源",
                    ),
                ),
                ("where", models.CharField(blank=True, max_length=300, verbose_name="出处")),
                ("heavy", models.BooleanField(default=False, verbose_name="重大舆情")),
                ("seen_at", models.DateTimeField(verbose_name="发现时间")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="首次回应时间")),
                ("answer", models.TextField(blank=True, verbose_name="首次回应")),
                ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="处置完毕时间")),
                ("outcome", models.TextField(blank=True, verbose_name="处置结果")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("true", "属实，已处置"), ("untrue", "不实，已澄清")],
                        max_length=6,
                        verbose_name="处置结论",
                    ),
                ),
                ("statement", models.TextField(blank=True, verbose_name="澄清声明")),
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
                ("cases", models.ManyToManyField(related_name="opinions", to="cases.case", verbose_name="关联案件")),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="发现单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "欠薪舆情",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="opinion_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at", None), ("answered_at__gte", models.F("seen_at")), _connector="OR"
                        ),
                        name="answered_after_seen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handled_at", None), ("handled_at__gte", models.F("answered_at")), _connector="OR"
                        ),
                        name="handled_after_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "untrue"), _negated=True),
                            models.Q(("statement", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="untrue_is_set_right_in_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Oversight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("supervised", "督办"),
                            ("listed", "挂牌督办"),
                            ("leader", "领导包案"),
                            ("task_force", "专班办理"),
                            ("taken_up", "提级办理"),
                        ],
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                ("responsible", models.CharField(max_length=200, verbose_name="责任领导、责任人")),
                ("demand", models.TextField(verbose_name="督办要求")),
                ("due_on", models.DateField(verbose_name="办结期限")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("requested", "待审批"),
                            ("declined", "未批准"),
                            ("withdrawn", "已撤回"),
                            ("in_force", "督办中"),
                            ("reported", "待批准解除"),
                            ("lifted", "已解除"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="审批时间")),
                ("decision", models.TextField(blank=True, verbose_name="审批意见")),
                ("report", models.TextField(blank=True, verbose_name="解除报告")),
                ("reported_at", models.DateTimeField(null=True, verbose_name="报告时间")),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="解除时间")),
                ("answer", models.TextField(blank=True, verbose_name="对解除报告的意见")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="oversights",
                        to="cases.case",
                        verbose_name="案件",
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
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="解除审批人",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报告人",
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
                    "setter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="督办单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["case", "stage"], name="oversight_case")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ("requested", "in_force", "reported"))),
                        fields=("case", "setter", "kind"),
                        name="overseen_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reception",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("on", models.DateField(verbose_name="接访日期")),
                (
                    "season",
                    models.CharField(
                        choices=[("new_year", "元旦前后"), ("spring", "春节前后"), ("other", "其他时段")],
                        max_length=10,
                        verbose_name="时段",
                    ),
                ),
                ("place", models.CharField(max_length=120, verbose_name="地点")),
                ("leader", models.CharField(max_length=60, verbose_name="接访领导")),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("visitors", models.PositiveIntegerField(default=0, verbose_name="来访人数（人）")),
                ("summary", models.TextField(blank=True, verbose_name="接访情况")),
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
                        verbose_name="接访单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "集中接访",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="reception_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("union", "on", "place"), name="received_once")],
            },
        ),
        migrations.CreateModel(
            name="ReceptionCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("taken_on_spot", models.BooleanField(default=True, verbose_name="现场受理")),
                ("result", models.CharField(blank=True, max_length=300, verbose_name="现场答复")),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receptions",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "reception",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters",
                        to="serious.reception",
                        verbose_name="接访",
                    ),
                ),
            ],
            options={
                "verbose_name": "接访事项",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("reception", "case"), name="taken_once")],
            },
        ),
        migrations.CreateModel(
            name="OpinionWatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "shift",
                    models.CharField(
                        choices=[("whole", "全天"), ("day", "白班"), ("night", "夜班")],
                        max_length=5,
                        verbose_name="班次",
                    ),
                ),
                ("person", models.CharField(max_length=60, verbose_name="值班人员")),
                ("phone", models.CharField(max_length=40, verbose_name="值班电话")),
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
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "舆情值班",
                "ordering": ["on", "shift"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["on", "path"], name="watch_day")],
                "constraints": [models.UniqueConstraint(fields=("union", "on", "shift"), name="one_watch_a_shift")],
            },
        ),
        migrations.CreateModel(
            name="UnitCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("interview", "约谈"), ("circular", "通报"), ("account", "问责")],
                        max_length=9,
                        verbose_name="方式",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("neglect", "监管责任不落实"),
                            ("disorder", "组织工作不到位引发群体性、极端性事件"),
                            ("funds", "政府投资、国企项目资金不到位导致欠薪"),
                            ("slow", "进展缓慢、欠薪多发频发"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                        verbose_name="事由",
                    ),
                ),
                ("detail", models.TextField(verbose_name="具体情况")),
                ("on", models.DateField(verbose_name="日期")),
                ("persons", models.CharField(max_length=200, verbose_name="责任人")),
                ("demands", models.TextField(verbose_name="整改要求")),
                ("due_on", models.DateField(verbose_name="整改期限")),
                ("result", models.TextField(blank=True, verbose_name="整改结果")),
                ("result_on", models.DateField(null=True, verbose_name="完成日期")),
                ("result_at", models.DateTimeField(null=True, verbose_name="反馈时间")),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_calls",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "result_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="反馈人",
                    ),
                ),
                (
                    "setter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="作出单位",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="对象单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "约谈、通报、问责",
                "ordering": ["-id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("on"))), name="call_has_its_term"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result_at", None),
                            models.Q(("result_on__isnull", False), models.Q(("result", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="call_ends_with_its_result",
                    ),
                ],
            },
        ),
    ]
