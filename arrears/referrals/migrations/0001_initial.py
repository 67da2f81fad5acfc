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
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(editable=False, max_length=40, null=True, unique=True, verbose_name="转送编号"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hr", "提请人社部门查处"),
                            ("police", "移送公安机关"),
                            ("judicial", "移送检察机关、法院"),
                            ("industry", "推送行业主管部门"),
                            ("correct", "提请制止、纠正违法发包等行为"),
                            ("listing", "提请列入联合惩戒名单"),
                            ("legal_aid", "转介法律援助"),
                            ("notice", "通报有关部门"),
                            ("handover", "转交部门办理"),
                            ("government", "报告本级政府"),
                            ("early", "商请公安提前介入"),
                        ],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                ("request", models.TextField(verbose_name="事由和请求")),
                ("materials", models.JSONField(default=list, verbose_name="材料清单")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("requested", "待审批"),
                            ("declined", "审批退回"),
                            ("withdrawn", "已撤回"),
                            ("sent", "已发出待接收"),
                            ("refused", "对方不予接收"),
                            ("accepted", "对方已接收"),
                            ("answered", "已答复"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="进度",
                    ),
                ),
                ("snapshot", models.JSONField(default=list)),
                ("snapshot_hash", models.CharField(max_length=64)),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.TextField(blank=True, verbose_name="审批意见")),
                ("received_at", models.DateTimeField(null=True)),
                ("reception", models.TextField(blank=True, verbose_name="接收意见")),
                ("told_by", models.CharField(blank=True, max_length=80, verbose_name="对方告知人")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="首次答复时间")),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="unions.agency",
                        verbose_name="收件部门",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
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
                    "passed_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="反馈上一级",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上级阅知人",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="接收人",
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
                        related_name="referrals",
                        to="unions.union",
                        verbose_name="发出单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "转送",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["agency", "stage"], name="referral_agency"),
                    models.Index(fields=["sender", "stage"], name="referral_sender"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["passed_to"], name="referral_unread"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ["requested", "sent"])),
                        fields=("case", "agency", "kind"),
                        name="one_referral_under_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage__in", ["requested", "declined", "withdrawn"]),
                            ("number__isnull", False),
                            _connector="OR",
                        ),
                        name="sent_referral_has_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgencyClue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="回执号")),
                ("path", models.CharField(editable=False, max_length=160)),
                ("employer_name", models.CharField(max_length=120, verbose_name="用人单位")),
                ("uscc", models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码")),
                ("region_code", models.CharField(max_length=9, verbose_name="所在区县")),
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
                ("workers", models.PositiveIntegerField(verbose_name="涉及人数（人）")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="欠薪金额（元）")),
                ("facts", models.TextField(verbose_name="线索内容")),
                ("contact", models.CharField(max_length=80, verbose_name="联系人及电话")),
                ("sent_at", models.DateTimeField(verbose_name="移送时间")),
                ("due_on", models.DateField(verbose_name="答复期限")),
                (
                    "stage",
                    models.CharField(
                        choices=[("waiting", "待工会答复"), ("taken", "已受理"), ("declined", "不予受理")],
                        default="waiting",
                        max_length=10,
                        verbose_name="进度",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="答复")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clues",
                        to="unions.agency",
                        verbose_name="移送部门",
                    ),
                ),
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
                    "case",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agency_clue",
                        to="cases.case",
                        verbose_name="线索案件",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="移送人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agency_clues",
                        to="unions.union",
                        verbose_name="接收工会",
                    ),
                ),
            ],
            options={
                "verbose_name": "部门移来的线索",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="agency_clue_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgencyCluePaper",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="移送人",
                    ),
                ),
                (
                    "clue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="referrals.agencyclue",
                        verbose_name="线索",
                    ),
                ),
            ],
            options={
                "verbose_name": "线索材料",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("clue", "sha256"), name="agency_clue_paper_once")],
            },
        ),
        migrations.CreateModel(
            name="ReferralAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("result", models.CharField(max_length=20, verbose_name="结果")),
                ("on", models.DateField(verbose_name="日期")),
                ("text", models.TextField(verbose_name="答复内容")),
                ("told_by", models.CharField(blank=True, max_length=80, verbose_name="对方告知人")),
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
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="referrals.referral",
                        verbose_name="转送",
                    ),
                ),
            ],
            options={"verbose_name": "转送答复", "ordering": ["id"], "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="ReferralPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_agency", models.BooleanField(default=False, verbose_name="部门提供")),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.evidence",
                        verbose_name="文件",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="referrals.referral",
                        verbose_name="转送",
                    ),
                ),
            ],
            options={
                "verbose_name": "随附材料",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("referral", "evidence"), name="referral_paper_once")],
            },
        ),
    ]
