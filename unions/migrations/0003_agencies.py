import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("unions", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Liaison",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("phone", models.CharField(max_length=40, verbose_name="电话")),
                ("since", models.DateField(verbose_name="起")),
                ("until", models.DateField(blank=True, null=True, verbose_name="止")),
            ],
            options={"verbose_name": "联络员", "ordering": ["until", "id"], "default_permissions": ()},
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
                (
                    "union",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agencies",
                        to="unions.union",
                        verbose_name="对应工会",
                    ),
                ),
            ],
            options={"verbose_name": "协作部门", "ordering": ["union_id", "kind", "id"], "default_permissions": ()},
        ),
        migrations.AddField(
            model_name="appointment",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="unions.agency",
                verbose_name="部门",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency__isnull", False), ("role", "agency")),
                    models.Q(models.Q(("role", "agency"), _negated=True), ("agency__isnull", True)),
                    _connector="OR",
                ),
                name="agency_people_have_their_agency",
            ),
        ),
        migrations.AddField(
            model_name="liaison",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="liaisons",
                to="unions.agency",
                verbose_name="部门",
            ),
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
        migrations.AddConstraint(
            model_name="liaison",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                name="liaison_ends_after_it_began",
            ),
        ),
    ]
