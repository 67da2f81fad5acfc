import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=60, unique=True, verbose_name="用户名")),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                ("must_change_password", models.BooleanField(default=False, verbose_name="下次登录须改密码")),
                ("rights_on", models.DateField(editable=False, null=True)),
                ("guided_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={"verbose_name": "用户", "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hr", "人力资源社会保障"),
                            ("police", "公安"),
                            ("procuratorate", "检察院"),
                            ("court", "法院"),
                            ("justice", "司法行政（法律援助）"),
                            ("housing", "住房城乡建设"),
                            ("transport", "交通运输"),
                            ("water", "水利"),
                            ("market", "市场监管"),
                            ("bank", "人民银行"),
                            ("tax", "税务"),
                            ("petition", "信访"),
                            ("planning", "发展改革"),
                            ("assets", "国有资产监管"),
                            ("finance", "财政"),
                            ("emergency", "应急管理"),
                            ("other", "其他部门"),
                        ],
                        max_length=14,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("region_code", models.CharField(blank=True, max_length=9, verbose_name="行政区划代码")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="地址")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="办公电话")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="停用日期")),
            ],
            options={"verbose_name": "协作部门", "ordering": ["union_id", "kind", "id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_event_id", models.BigIntegerField(unique=True)),
                ("events", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={"ordering": ["id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("content", models.CharField(blank=True, max_length=64)),
                ("answer", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Union",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="编码")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("enterprise", "企业工会"),
                            ("federation", "区域性/行业性工会联合会"),
                            ("township", "乡镇（街道）工会"),
                            ("zone", "开发区（园区）工会"),
                            ("district", "区市（县）总工会"),
                            ("city", "市（州）总工会"),
                            ("province", "省总工会"),
                            ("industry", "省级产业工会"),
                            ("direct", "省总直属工会"),
                            ("city_unit", "市直有关单位工会"),
                            ("stationed", "中央、省驻地方单位工会"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("path", models.CharField(editable=False, max_length=160)),
                ("depth", models.PositiveSmallIntegerField(editable=False)),
                ("region_code", models.CharField(blank=True, max_length=9, null=True, verbose_name="行政区划代码")),
                ("duty_officer", models.CharField(blank=True, max_length=40, verbose_name="值班人员")),
                ("duty_phone", models.CharField(blank=True, max_length=40, verbose_name="公布电话")),
                ("returns_contact", models.CharField(blank=True, max_length=40, verbose_name="报送联系人")),
                ("returns_phone", models.CharField(blank=True, max_length=40, verbose_name="报送联系电话")),
                ("returns_email", models.EmailField(blank=True, max_length=120, verbose_name="报送电子邮箱")),
                ("valid_from", models.DateField(verbose_name="成立日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="unions.union",
                        verbose_name="上级工会",
                    ),
                ),
                (
                    "reports_to",
                    models.ForeignKey(
                        blank=True,
                        help_text="欠薪按属地上报到的工会；留空时按企业所在地推定。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reported_by",
                        to="unions.union",
                        verbose_name="属地上报工会",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="unions.union",
                        verbose_name="承接工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "工会",
                "permissions": [
                    ("view_cases", "查看案件"),
                    ("file_case", "登记案件（含代下级登记）"),
                    ("handle_case", "办理案件"),
                    ("receive_report", "接收上报"),
                    ("approve", "审批"),
                    ("inspect", "登记排查"),
                    ("export", "汇总导出"),
                    ("submit_return", "填制报表"),
                    ("appoint_people", "任免人员"),
                    ("change_structure", "调整组织"),
                    ("guard_accounts", "管理账号安全"),
                    ("read_audit", "查阅审计"),
                ],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["path"], name="union_path", opclasses=["varchar_pattern_ops"]),
                    models.Index(fields=["parent", "code"], name="union_children"),
                    models.Index(fields=["region_code", "kind"], name="union_region"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="union_ends_after_it_began",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=160)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="placements", to="unions.union"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["path"], name="placement_path", opclasses=["varchar_pattern_ops"]),
                    models.Index(
                        condition=models.Q(("until__isnull", False)), fields=["until"], name="placement_ended"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)), fields=("union",), name="one_current_placement"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stream", models.CharField(max_length=60)),
                ("seq", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
                ("prev", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
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
                    "union",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="unions.union"
                    ),
                ),
            ],
            options={
                "ordering": ["stream", "seq"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["at"], name="event_at")],
                "constraints": [models.UniqueConstraint(fields=("stream", "seq"), name="event_once")],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("clerk", "填报员"),
                            ("officer", "经办人"),
                            ("approver", "审批人"),
                            ("statistician", "统计员"),
                            ("unit_admin", "单位管理员"),
                            ("agency", "协作部门人员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("auditor", "审计员"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(blank=True, null=True, verbose_name="止")),
                ("away_since", models.DateField(blank=True, null=True, verbose_name="离岗起")),
                ("away_until", models.DateField(blank=True, null=True, verbose_name="离岗止")),
                (
                    "acting_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stand_ins",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代理",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="unions.agency",
                        verbose_name="部门",
                    ),
                ),
                (
                    "appointed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="任命人",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="unions.union",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "ordering": ["union_id", "role", "since"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["user", "since"], name="appointment_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="appointment_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("away_since__isnull", True), ("away_until__isnull", True)),
                            ("away_until__gte", models.F("away_since")),
                            _connector="OR",
                        ),
                        name="away_from_a_day_until_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acting_for__isnull", True),
                            models.Q(("acting_for", models.F("user")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_stands_in_for_herself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency__isnull", False), ("role", "agency")),
                            models.Q(models.Q(("role", "agency"), _negated=True), ("agency__isnull", True)),
                            _connector="OR",
                        ),
                        name="agency_people_have_their_agency",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="agency",
            name="union",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agencies",
                to="unions.union",
                verbose_name="对应工会",
            ),
        ),
        migrations.CreateModel(
            name="UnionUserObjectPermission",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("content_object", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="unions.union")),
                ("permission", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Liaison",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("phone", models.CharField(max_length=40, verbose_name="电话")),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(blank=True, null=True, verbose_name="止")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="liaisons",
                        to="unions.agency",
                        verbose_name="部门",
                    ),
                ),
            ],
            options={
                "verbose_name": "联络员",
                "ordering": ["until", "id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="liaison_ends_after_it_began",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SupervisionCommittee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("since", models.DateField(verbose_name="成立、换届日期")),
                ("until", models.DateField(verbose_name="届满日期")),
                ("ended_on", models.DateField(null=True, verbose_name="撤销日期")),
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
                        related_name="supervision_committees",
                        to="unions.union",
                        verbose_name="所属工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "劳动法律监督委员会",
                "ordering": ["-since", "-id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="committee_ends_after_it_began"
                    ),
                    models.UniqueConstraint(fields=("union", "since"), name="committee_once_a_term"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Supervisor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                (
                    "post",
                    models.CharField(
                        choices=[
                            ("chair", "委员会主任"),
                            ("deputy", "委员会副主任"),
                            ("member", "委员会委员"),
                            ("supervisor", "监督员"),
                        ],
                        default="supervisor",
                        max_length=10,
                        verbose_name="职务",
                    ),
                ),
                ("certificate", models.CharField(max_length=40, verbose_name="监督员证号")),
                ("since", models.DateField(verbose_name="任期起")),
                ("until", models.DateField(verbose_name="任期止")),
                ("ended_on", models.DateField(null=True, verbose_name="免职日期")),
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
                        related_name="supervisors",
                        to="unions.union",
                        verbose_name="所属工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "劳动法律监督员",
                "ordering": ["union_id", "id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["union", "until"], name="supervisor_union")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="supervisor_ends_after_it_began"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("union", "certificate"),
                        name="supervisor_certificate_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60, verbose_name="标题")),
                ("text", models.TextField(max_length=1000, verbose_name="内容")),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(verbose_name="止")),
                ("ended_on", models.DateField(null=True, verbose_name="提前结束")),
                ("at", models.DateTimeField(verbose_name="发布时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发布人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcements",
                        to="unions.union",
                        verbose_name="发布单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "公告",
                "ordering": ["-since", "-id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["until"], name="announcement_until")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))), name="announcement_ends_after_it_began"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AnnouncementDismissal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="dismissals", to="unions.announcement"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("announcement", "user"), name="dismissed_once")],
            },
        ),
        migrations.CreateModel(
            name="Stash",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=80)),
                ("fields", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stashes", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("user", "form"), name="stashed_once")],
            },
        ),
        migrations.CreateModel(
            name="ListView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=80)),
                ("name", models.CharField(blank=True, max_length=20, verbose_name="名称")),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("hidden", models.JSONField(default=list)),
                (
                    "union",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="list_views",
                        to="unions.union",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="list_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["union", "page"], name="list_view_union")],
                "constraints": [models.UniqueConstraint(fields=("user", "page", "name"), name="list_view_once")],
            },
        ),
        migrations.AddIndex(
            model_name="agency", index=models.Index(fields=["union", "kind"], name="agency_union_kind")
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)), fields=("union", "name"), name="agency_named_once"
            ),
        ),
        migrations.AlterUniqueTogether(
            name="unionuserobjectpermission", unique_together={("user", "permission", "content_object")}
        ),
    ]
