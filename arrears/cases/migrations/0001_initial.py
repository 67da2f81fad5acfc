import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("unions", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Employer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="单位名称")),
                ("name_key", models.CharField(editable=False, max_length=120)),
                ("initials", models.CharField(editable=False, max_length=120, verbose_name="拼音首字母")),
                (
                    "grams",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3), default=list, editable=False, size=None
                    ),
                ),
                (
                    "uscc",
                    models.CharField(
                        blank=True, max_length=18, null=True, unique=True, verbose_name="统一社会信用代码"
                    ),
                ),
                (
                    "no_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("contractor", "自然人（包工头）"),
                            ("unregistered", "未办理登记"),
                            ("unknown", "暂未查明"),
                        ],
                        max_length=12,
                        verbose_name="无代码原因",
                    ),
                ),
                ("region_code", models.CharField(blank=True, max_length=9, verbose_name="所在区县")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="单位地址")),
                (
                    "industry",
                    models.CharField(
                        blank=True,
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
                (
                    "focus_sector",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("construction", "建筑施工"),
                            ("manufacturing", "加工制造"),
                            ("catering", "餐饮服务"),
                            ("dispatch", "劳务派遣"),
                        ],
                        max_length=13,
                        verbose_name="重点行业",
                    ),
                ),
                (
                    "ownership",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("state", "国有"),
                            ("collective", "集体"),
                            ("private", "民营"),
                            ("foreign", "外资及港澳台资"),
                            ("sole", "个体工商户"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="单位性质",
                    ),
                ),
                ("workforce", models.PositiveIntegerField(blank=True, null=True, verbose_name="职工人数（人）")),
                ("has_union", models.BooleanField(blank=True, null=True, verbose_name="已建工会")),
            ],
            options={
                "verbose_name": "用人单位",
                "default_permissions": (),
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["grams"], name="employer_grams")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("uscc__isnull", True)),
                        fields=("name_key", "region_code"),
                        name="employer_by_name_and_county",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="项目名称")),
                (
                    "nature",
                    models.CharField(
                        choices=[("government", "政府投资"), ("soe", "国企"), ("other", "其他")],
                        default="other",
                        max_length=10,
                        verbose_name="项目性质",
                    ),
                ),
                ("authority", models.CharField(blank=True, max_length=60, verbose_name="行业主管部门")),
                ("developer", models.CharField(blank=True, max_length=120, verbose_name="建设单位")),
                ("contractor", models.CharField(blank=True, max_length=120, verbose_name="总承包单位")),
                ("subcontractor", models.CharField(blank=True, max_length=200, verbose_name="分包单位")),
                ("crew", models.CharField(blank=True, max_length=200, verbose_name="班组")),
                (
                    "on_platform",
                    models.BooleanField(blank=True, null=True, verbose_name="已纳入农民工工资支付监管平台"),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="cases.employer",
                        verbose_name="施工单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "工程项目",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("employer", "name"), name="project_once")],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(editable=False, max_length=30, null=True, unique=True, verbose_name="案件编号"),
                ),
                (
                    "clue_number",
                    models.CharField(editable=False, max_length=30, null=True, unique=True, verbose_name="线索编号"),
                ),
                (
                    "state",
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
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                ("stated_workers", models.PositiveIntegerField(default=0, verbose_name="欠薪涉及人数（人）")),
                ("stated_migrants", models.PositiveIntegerField(default=0, verbose_name="其中农民工（人）")),
                (
                    "stated_amount",
                    models.DecimalField(decimal_places=2, default=0, max_digits=13, verbose_name="欠薪金额（元）"),
                ),
                ("owed_from", models.DateField(blank=True, null=True, verbose_name="欠薪起始日期")),
                ("owed_until", models.DateField(blank=True, null=True, verbose_name="欠薪截止日期")),
                ("condition", models.TextField(blank=True, verbose_name="生产经营和财务状况")),
                ("union_opinion", models.TextField(blank=True, verbose_name="单位工会（职代会）意见")),
                ("repayment_plan", models.TextField(blank=True, verbose_name="偿还计划和保证措施")),
                ("remark", models.TextField(blank=True, verbose_name="情况说明")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("report", "企业工会报告"),
                            ("field", "基层发现"),
                            ("hotline", "12351 热线"),
                            ("visit", "职工来访"),
                            ("window", "职工窗口"),
                            ("petition", "信访"),
                            ("monitoring", "劳动关系动态监测"),
                            ("app", "工会手机应用"),
                            ("wechat", "微信公众号"),
                            ("shared", "政府信息共享"),
                            ("media", "媒体监督"),
                            ("platform", "根治欠薪线索反映平台"),
                            ("agencies", "人社、法院等部门移送"),
                            ("legacy", "历史台账"),
                        ],
                        default="report",
                        max_length=12,
                        verbose_name="受理渠道",
                    ),
                ),
                ("original_number", models.CharField(blank=True, max_length=60, verbose_name="原编号")),
                ("fingerprint", models.CharField(blank=True, editable=False, max_length=64)),
                ("discovered_on", models.DateField(blank=True, null=True, verbose_name="发现日期")),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="受理日期")),
                ("negotiation_failed_on", models.DateField(blank=True, null=True, verbose_name="协商失败日期")),
                ("ordered_to_pay_by", models.DateField(blank=True, null=True, verbose_name="责令支付期限")),
                ("transferred_at", models.DateTimeField(editable=False, null=True, verbose_name="转办时间")),
                ("verified_on", models.DateField(editable=False, null=True, verbose_name="查实日期")),
                ("verification", models.CharField(blank=True, db_default="", max_length=300, verbose_name="核实情况")),
                ("closed_on", models.DateField(editable=False, null=True, verbose_name="办结日期")),
                ("extreme", models.BooleanField(default=False, verbose_name="极端讨薪")),
                ("mass", models.BooleanField(default=False, verbose_name="群体性事件")),
                ("escalating", models.BooleanField(db_default=False, default=False, verbose_name="有升级迹象")),
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
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                        verbose_name="欠薪原因",
                    ),
                ),
                ("path", models.CharField(editable=False, max_length=160)),
                ("conclusion", models.CharField(blank=True, editable=False, max_length=30, verbose_name="办结结论")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                ("changed_at", models.DateTimeField(verbose_name="最近变动")),
                (
                    "verified_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "handling_union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handled_cases",
                        to="unions.union",
                        verbose_name="承办单位",
                    ),
                ),
                (
                    "last_edited_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="unions.union",
                        verbose_name="立案单位",
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
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
                        related_name="cases",
                        to="cases.project",
                        verbose_name="工程项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "欠薪案件",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="case_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["closed", "dismissed"]), _negated=True),
                        fields=["state", "-id"],
                        name="case_unfinished",
                    ),
                    models.Index(fields=["handling_union", "state"], name="case_handling"),
                    models.Index(fields=["accepted_on"], name="case_accepted"),
                    models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "accepted_on", models.Value(datetime.date.max, output_field=models.DateField())
                        ),
                        name="case_by_acceptance",
                    ),
                    models.Index(fields=["employer", "accepted_on"], name="case_employer"),
                    models.Index(fields=["number"], name="case_number", opclasses=["varchar_pattern_ops"]),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("original_number", ""), _negated=True),
                        fields=("union", "original_number"),
                        name="case_by_original_number",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("fingerprint", ""), _negated=True),
                        fields=("union", "fingerprint"),
                        name="case_by_row",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owed_until__isnull", True),
                            ("owed_from__isnull", True),
                            ("owed_until__gte", models.F("owed_from")),
                            _connector="OR",
                        ),
                        name="arrears_end_after_they_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stated_migrants__lte", models.F("stated_workers"))),
                        name="migrants_are_workers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stated_workers__lte", 9999999)), name="case_of_so_many_people"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("number__isnull", False), _connector="OR"),
                        name="filed_has_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True), ("closed_on__isnull", False), _connector="OR"
                        ),
                        name="closed_has_its_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=60)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("scope", "year"), name="series_once")],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to="")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payroll", "工资表"),
                            ("contract", "劳动合同"),
                            ("iou", "欠条"),
                            ("attendance", "考勤"),
                            ("bank", "银行流水／回单"),
                            ("agreement", "协议书"),
                            ("media", "照片录像"),
                            ("other", "其他"),
                        ],
                        default="other",
                        max_length=10,
                        verbose_name="材料类别",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="上传时间")),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "证据",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("case", "sha256"), name="evidence_once")],
            },
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("negotiation", "协商"),
                            ("mediation", "调解"),
                            ("legal_aid", "法律援助"),
                            ("arbitration", "劳动仲裁"),
                            ("litigation", "诉讼"),
                            ("confirmation", "司法确认"),
                            ("payment_order", "支付令"),
                            ("enforcement", "强制执行"),
                            ("support", "支持起诉"),
                            ("consultation", "法律咨询"),
                            ("drafting", "代书"),
                            ("representation", "代理"),
                            ("on_site", "到场处置"),
                            ("inform_hr", "通报人社部门"),
                            ("joint", "联合督导"),
                            ("interview", "约谈"),
                            ("stationed", "蹲点督导"),
                            ("penalty", "行政处理处罚"),
                            ("listing", "列入失信联合惩戒名单"),
                            ("police", "移送公安机关"),
                            ("government", "报告本级政府"),
                            ("early", "商请公安提前介入"),
                            ("feedback_worker", "反馈职工"),
                            ("feedback_hotline", "反馈 12351 热线"),
                            ("explanation", "解释说明"),
                            ("note", "其他办理"),
                        ],
                        max_length=20,
                        verbose_name="事项",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("done", "已完成"),
                            ("agreed", "达成一致"),
                            ("failed", "未达成一致"),
                            ("pending", "进行中"),
                            ("unreached", "未接通"),
                        ],
                        default="done",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("detail", models.TextField(blank=True, verbose_name="经过和结果")),
                ("told", models.CharField(blank=True, max_length=120, verbose_name="告知对象")),
                (
                    "means",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "电话"),
                            ("visit", "当面"),
                            ("letter", "书面"),
                            ("meeting", "会议"),
                            ("system", "信息平台"),
                        ],
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.evidence",
                        verbose_name="凭证",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="办理单位",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理记录",
                "ordering": ["on", "id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["case", "kind", "on"], name="act_case")],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="办结日期")),
                ("conclusion", models.CharField(max_length=30, verbose_name="结论")),
                ("at", models.DateTimeField()),
                ("reopened_on", models.DateField(blank=True, null=True, verbose_name="重新办理日期")),
                ("motive", models.TextField(blank=True, verbose_name="重新办理原因")),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closures", to="cases.case"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["on", "case"], name="closure_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reopened_on__isnull", True)), fields=("case",), name="closed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reopened_on__isnull", True), ("reopened_on__gte", models.F("on")), _connector="OR"
                        ),
                        name="reopened_after_closing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Involvement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=160)),
                ("since", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="involvements", to="cases.case"
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="unions.union"),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["path"], name="involvement_path", opclasses=["varchar_pattern_ops"])],
                "constraints": [models.UniqueConstraint(fields=("case", "union"), name="involved_once")],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("recognised", "认定"),
                            ("adjusted", "调整"),
                            ("paid", "清偿"),
                            ("advanced", "垫付"),
                            ("untrue", "不属实"),
                            ("reversed", "冲正"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "counts_as",
                    models.CharField(
                        choices=[
                            ("recognised", "认定"),
                            ("adjusted", "调整"),
                            ("paid", "清偿"),
                            ("advanced", "垫付"),
                            ("untrue", "不属实"),
                            ("reversed", "冲正"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("workers", models.IntegerField(default=0, verbose_name="人数（人）")),
                ("migrants", models.IntegerField(default=0, verbose_name="其中农民工（人）")),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=13, verbose_name="金额（元）")),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "fund",
                    models.CharField(
                        blank=True,
                        choices=[("deposit", "工资保证金"), ("emergency", "应急周转金"), ("other", "其他渠道资金")],
                        max_length=10,
                        verbose_name="资金来源",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("at", models.DateTimeField(verbose_name="记账时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记账人",
                    ),
                ),
                (
                    "cancels",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancelled_by",
                        to="cases.ledgerentry",
                        verbose_name="冲正",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "台账条目",
                "ordering": ["on", "id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["case"], include=("counts_as", "workers", "migrants", "amount", "on"), name="entry_case"
                    ),
                    models.Index(fields=["on"], include=("case", "counts_as", "workers", "amount"), name="entry_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["adjusted", "reversed"]),
                            models.Q(
                                ("amount__gte", 0),
                                ("migrants__gte", 0),
                                ("migrants__lte", models.F("workers")),
                                ("workers__gte", 0),
                            ),
                            _connector="OR",
                        ),
                        name="entry_is_natural",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancels__isnull", False), ("kind", "reversed")),
                            models.Q(models.Q(("kind", "reversed"), _negated=True), ("cancels__isnull", True)),
                            _connector="OR",
                        ),
                        name="reversal_names_its_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "reversed"), ("counts_as", models.F("kind")), _connector="OR"),
                        name="entry_counts_as_its_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("counts_as", "advanced"), _negated=True),
                            models.Q(("fund", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="advance_names_its_fund",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("migrants__range", (-9999999, 9999999)), ("workers__range", (-9999999, 9999999))
                        ),
                        name="entry_of_so_many_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=1000, verbose_name="备注")),
                ("at", models.DateTimeField(verbose_name="填写时间")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填写人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "colleague",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提醒同事",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="unions.union",
                        verbose_name="填写单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "案件备注",
                "ordering": ["-id"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("colleague", models.F("by")), _negated=True), name="note_tells_another"
                    )
                ],
            },
        ),
    ]
