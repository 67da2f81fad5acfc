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
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rulebook", models.CharField(max_length=60, verbose_name="规则")),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(blank=True, null=True, verbose_name="止")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="提出时间")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="批准时间")),
                ("last_day", models.DateField(blank=True, null=True, verbose_name="提出的末日")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="停止理由")),
                ("end_at", models.DateTimeField(null=True, verbose_name="提出停止的时间")),
                ("end_approved_at", models.DateTimeField(null=True, verbose_name="批准停止的时间")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "end_approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准停止的人",
                    ),
                ),
                (
                    "end_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出停止的人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="unions.union",
                        verbose_name="适用单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "规则适用",
                "ordering": ["rulebook", "since", "id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("union", "rulebook", "since"), name="attached_once"),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="attachment_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by", None),
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="attachment_needs_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_by", None),
                            ("end_approved_by", None),
                            models.Q(("end_approved_by", models.F("end_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="attachment_end_needs_second_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rulebook", models.CharField(max_length=60)),
                ("rule", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[("extend", "延长期限"), ("hard", "认定为疑难复杂")], max_length=8, verbose_name="类别"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[("requested", "待审批"), ("approved", "已批准"), ("declined", "未批准")],
                        default="requested",
                        max_length=10,
                        verbose_name="进度",
                    ),
                ),
                ("reason", models.TextField(verbose_name="理由")),
                ("requested_at", models.DateTimeField(verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="审批时间")),
                ("decision", models.TextField(blank=True, verbose_name="审批意见")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
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
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
            ],
            options={
                "verbose_name": "期限延长",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("step", "declined"), _negated=True),
                        fields=("case", "rulebook", "rule", "kind"),
                        name="extended_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("off", "放假"), ("work", "调休上班")], max_length=4, verbose_name="类别"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("notice", models.CharField(max_length=120, verbose_name="依据")),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
            ],
            options={
                "verbose_name": "节假日",
                "ordering": ["day", "id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)), fields=("day",), name="one_holiday_per_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(("withdrawn_at__gte", models.F("entered_at")), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="withdrawn_by_someone_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=40)),
                ("rulebook", models.CharField(max_length=60, verbose_name="规则")),
                ("rule", models.CharField(max_length=60)),
                ("path", models.CharField(editable=False, max_length=160)),
                ("bearer", models.CharField(max_length=80, verbose_name="通知规定的责任主体")),
                ("clause", models.CharField(max_length=30, verbose_name="条款")),
                ("title", models.CharField(max_length=80, verbose_name="事项")),
                ("sense", models.CharField(default="due", max_length=5)),
                ("basis", models.CharField(blank=True, max_length=120, verbose_name="法律依据")),
                ("local", models.BooleanField(default=False, verbose_name="期限为本地设置")),
                ("started_at", models.DateTimeField(verbose_name="起算")),
                ("due_at", models.DateTimeField(null=True, verbose_name="期限")),
                ("warn_at", models.DateTimeField(null=True, verbose_name="本地提醒")),
                ("urgency", models.PositiveSmallIntegerField(default=2, editable=False)),
                ("clock_at", models.DateTimeField(editable=False, null=True)),
                ("met_at", models.DateTimeField(null=True, verbose_name="完成")),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="解除")),
                ("lifted_reason", models.CharField(blank=True, max_length=120, verbose_name="解除原因")),
                ("extended", models.BooleanField(default=False, verbose_name="已延长")),
                ("provisional", models.BooleanField(default=False, verbose_name="暂定")),
                ("backfilled", models.BooleanField(default=False, verbose_name="补录")),
                ("calendar_version", models.CharField(max_length=12, verbose_name="日历版本")),
                ("explanation", models.TextField(verbose_name="说明")),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="obligations",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="unions.union",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理时限",
                "ordering": ["urgency", "clock_at", "id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None), ("met_at", None)),
                        fields=["path", "clock_at"],
                        name="obligation_open_path",
                        opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                    ),
                    models.Index(
                        condition=models.Q(("lifted_at", None), ("met_at", None)),
                        fields=["urgency", "clock_at", "id"],
                        include=("path",),
                        name="obligation_open_clock",
                    ),
                    models.Index(
                        condition=models.Q(("lifted_at", None), ("met_at", None), ("sense", "ends")),
                        fields=["due_at", "id"],
                        include=("path",),
                        name="obligation_open_right",
                    ),
                    models.Index(
                        condition=models.Q(("lifted_at", None), ("met_at", None)),
                        fields=["holder", "clock_at"],
                        name="obligation_open_holder",
                    ),
                    models.Index(
                        condition=models.Q(("lifted_at", None), ("met_at", None)),
                        fields=["officer", "clock_at"],
                        name="obligation_open_officer",
                    ),
                    models.Index(
                        fields=["path", "-id"], name="obligation_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    ),
                    models.Index(
                        condition=models.Q(("lifted_at__isnull", False), ("met_at", None)),
                        fields=["-id"],
                        include=("path",),
                        name="obligation_lifted",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "rulebook", "rule"), name="obligation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Recomputation",
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
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="unions.event"
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="unions.union"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["changed_at"],
                        name="recomputation_under_way",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("event__isnull", False),
                            models.Q(("by__isnull", False), ("office__isnull", False)),
                            _connector="OR",
                        ),
                        name="recomputation_has_a_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RulebookUpload",
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
                ("key", models.CharField(max_length=60, verbose_name="代码")),
                ("title", models.CharField(max_length=300, verbose_name="名称")),
                ("content", models.TextField(verbose_name="文件")),
                ("digest", models.CharField(max_length=64, verbose_name="校验值")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="决定时间")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="作废理由")),
                ("active_from", models.DateField(null=True, verbose_name="启用日")),
                ("active_until", models.DateField(null=True, verbose_name="停用前最后一日")),
                ("notice_text", models.TextField(blank=True, verbose_name="通知全文")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("trial", "试算"),
                            ("tried", "待启用"),
                            ("active", "已启用"),
                            ("retired", "已被新版替换"),
                            ("discarded", "已作废"),
                        ],
                        default="trial",
                        max_length=10,
                        verbose_name="阶段",
                    ),
                ),
                ("since", models.DateField(verbose_name="试算起")),
                ("until", models.DateField(verbose_name="试算止")),
                ("result", models.JSONField(default=dict, verbose_name="试算结果")),
                (
                    "attached_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="适用单位",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="省总工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "上传的规则",
                "ordering": ["-id"],
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["changed_at"],
                        name="rulebookupload_under_way",
                    ),
                    models.Index(fields=["office", "-id"], name="rulebook_upload_office"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage", "active")), fields=("key",), name="one_active_rulebook_per_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage__in", ["active", "retired"]), _negated=True),
                            models.Q(("active_from__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="active_rulebook_has_its_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("stage__in", ["active", "retired"]), _negated=True),
                            models.Q(("decided_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="rulebook_needs_second_person",
                    ),
                ],
            },
        ),
    ]
