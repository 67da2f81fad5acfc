import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("cases", "0001_initial"),
        ("unions", "0001_initial"),
        ("workers", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="WindowLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=12, unique=True, verbose_name="来信编号")),
                ("pin", models.CharField(editable=False, max_length=160)),
                ("token_print", models.CharField(editable=False, max_length=64, unique=True)),
                ("opened_at", models.DateTimeField(editable=False, null=True, verbose_name="首次查询")),
                ("region_code", models.CharField(blank=True, max_length=9, verbose_name="所在区县")),
                ("employer_name", models.CharField(blank=True, max_length=120, verbose_name="单位名称")),
                ("place", models.CharField(blank=True, max_length=160, verbose_name="工地或地址")),
                ("workers_said", models.CharField(blank=True, max_length=40, verbose_name="欠薪人数")),
                ("amount_said", models.CharField(blank=True, max_length=40, verbose_name="大约欠多少")),
                ("since_said", models.CharField(blank=True, max_length=40, verbose_name="从什么时候欠起")),
                ("words", models.TextField(blank=True, verbose_name="情况")),
                ("name", models.TextField(blank=True, verbose_name="称呼")),
                ("phone", models.TextField(blank=True, verbose_name="联系电话")),
                ("phone_print", models.CharField(blank=True, editable=False, max_length=64)),
                ("path", models.CharField(editable=False, max_length=160)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("new", "待登记"),
                            ("taken", "已登记"),
                            ("explained", "已答复"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="new",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("unread", models.BooleanField(default=False)),
                ("withdrawal_asked_at", models.DateTimeField(null=True, verbose_name="要求撤回")),
                ("at", models.DateTimeField(verbose_name="收到时间")),
                ("changed_at", models.DateTimeField(verbose_name="最近变动")),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="window_letters",
                        to="cases.case",
                        verbose_name="线索或案件",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="window_letters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="window_letters",
                        to="unions.union",
                        verbose_name="受理单位",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workers.worker",
                        verbose_name="名单中的职工",
                    ),
                ),
            ],
            options={
                "verbose_name": "职工来信",
                "ordering": ["-id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["path", "-id"], name="window_letter_path", opclasses=["varchar_pattern_ops", "int8_ops"]
                    ),
                    models.Index(
                        condition=models.Q(
                            ("standing", "new"),
                            ("unread", True),
                            ("withdrawal_asked_at__isnull", False),
                            _connector="OR",
                        ),
                        fields=["union"],
                        name="window_letter_waits",
                    ),
                    models.Index(
                        condition=models.Q(("phone_print", ""), _negated=True),
                        fields=["phone_print"],
                        name="window_letter_phone",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("standing", "taken"), _negated=True), ("case__isnull", False), _connector="OR"
                        ),
                        name="taken_letter_has_its_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WindowPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to="")),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("taken_over", models.BooleanField(default=False, verbose_name="已收入证据")),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="portal.windowletter"
                    ),
                ),
            ],
            options={
                "verbose_name": "来信材料",
                "ordering": ["id"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("letter", "sha256"), name="window_paper_once")],
            },
        ),
        migrations.CreateModel(
            name="WindowTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["since"], name="window_tally_since")],
                "constraints": [models.UniqueConstraint(fields=("key", "since"), name="window_tally_once")],
            },
        ),
        migrations.CreateModel(
            name="WindowWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("question", "工会提问"),
                            ("answer", "职工回答"),
                            ("more", "职工补充"),
                            ("withdraw", "职工要求撤回"),
                            ("feedback", "工会反馈"),
                            ("explanation", "工会解释"),
                            ("called", "电话回访"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("text", models.TextField(verbose_name="内容")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="portal.windowletter"
                    ),
                ),
            ],
            options={
                "verbose_name": "来信往复",
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["letter", "id"], name="window_word_letter")],
            },
        ),
    ]
