"""The demo's tree of unions: real places of the five notices, everything below the county level only as an example.

Territorial units carry the GB/T 2260 code, all others the code of the territorial unit plus a letter and a serial.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from unions.models import Union, UnionKind
from unions.models.union import CODE_LETTER, TERRITORIAL
from unions.tree import actions as tree

SURNAMES = "马李王张刘陈韩祁冶杨赵孙周吴郑冯蒋沈朱秦许何吕施孔曹严华金魏陶姜"
GIVEN = "晓海永建生成玉春秀志文国明丽红军福林梅宁燕兰芳平强俊慧敏雪峰涛娟"
FOUNDED = date(2000, 1, 1)

# A province, then one line per city with its counties. Shanghai has no city level: its line has no city.
TERRITORY = """
630000 青海省
  630100 西宁市: 630102 城东区, 630103 城中区, 630104 城西区, 630105 城北区, 630106 湟中区, 630121 大通回族土族自治县, 630123 湟源县
  630200 海东市: 630202 乐都区, 630203 平安区, 630222 民和回族土族自治县, 630223 互助土族自治县, 630224 化隆回族自治县, 630225 循化撒拉族自治县
  632200 海北藏族自治州: 632221 门源回族自治县, 632222 祁连县, 632223 海晏县, 632224 刚察县
  632300 黄南藏族自治州: 632301 同仁市, 632322 尖扎县, 632323 泽库县, 632324 河南蒙古族自治县
  632500 海南藏族自治州: 632521 共和县, 632522 同德县, 632523 贵德县, 632524 兴海县, 632525 贵南县
  632600 果洛藏族自治州: 632621 玛沁县, 632622 班玛县, 632623 甘德县, 632624 达日县, 632625 久治县, 632626 玛多县
  632700 玉树藏族自治州: 632701 玉树市, 632722 杂多县, 632723 称多县, 632724 治多县, 632725 囊谦县, 632726 曲麻莱县
  632800 海西蒙古族藏族自治州: 632801 格尔木市, 632802 德令哈市, 632803 茫崖市, 632821 乌兰县, 632822 都兰县, 632823 天峻县
370000 山东省
  370100 济南市: 370102 历下区, 370103 市中区, 370104 槐荫区, 370105 天桥区, 370112 历城区
  370200 青岛市: 370202 市南区, 370203 市北区, 370211 黄岛区, 370212 崂山区, 370213 李沧区, 370214 城阳区, 370215 即墨区, 370281 胶州市, 370283 平度市, 370285 莱西市
  370300 淄博市: 370303 张店区
  370600 烟台市: 370602 芝罘区, 370611 福山区, 370613 莱山区
  370700 潍坊市: 370705 奎文区
  371300 临沂市: 371302 兰山区
210000 辽宁省
  210800 营口市: 210802 站前区, 210803 西市区, 210804 鲅鱼圈区, 210811 老边区, 210881 盖州市, 210882 大石桥市
310000 上海市
  : 310112 闵行区, 310117 松江区, 310118 青浦区
"""

# County → streets and towns with a union of their own.
TOWNSHIPS = {
    "630102": ["八一路街道", "韵家口镇", "林家崖街道", "东关大街街道"],
    "630103": ["南滩街道", "总寨镇"],
    "630104": ["虎台街道", "彭家寨镇"],
    "630105": ["朝阳街道", "大堡子镇"],
    "630106": ["鲁沙尔镇", "多巴镇"],
    "630121": ["桥头镇"],
    "630202": ["碾伯街道"],
    "632521": ["恰卜恰镇"],
    "632801": ["昆仑路街道", "郭勒木德镇"],
    "632802": ["河东街道"],
    "370102": ["千佛山街道"],
    "370112": ["洪家楼街道"],
    "370202": ["八大湖街道", "香港中路街道"],
    "370203": ["台东街道", "登州路街道"],
    "370211": ["长江路街道", "薛家岛街道"],
    "370212": ["中韩街道"],
    "370213": ["虎山路街道"],
    "370214": ["流亭街道", "惜福镇街道"],
    "370215": ["通济街道"],
    "370281": ["三里河街道"],
    "370283": ["东阁街道"],
    "370285": ["水集街道"],
    "370602": ["向阳街道"],
    "210802": ["建丰街道"],
    "210803": ["渔市街道"],
    "210804": ["红海街道"],
    "210811": ["老边街道", "柳树镇"],
    "210881": ["太阳升街道"],
    "210882": ["石桥街道", "汤池镇"],
    "310118": ["夏阳街道", "盈浦街道", "香花桥街道", "朱家角镇", "徐泾镇", "华新镇"],
}
# Territorial unit → industrial parks.
ZONES = {
    "630100": ["西宁南川工业园区"],
    "630102": ["城东商贸物流园区"],
    "630106": ["多巴新材料产业园区"],
    "632801": ["格尔木循环经济工业园"],
    "370211": ["黄岛临港产业园区"],
    "370214": ["城阳轨道装备产业园区"],
    "210804": ["鲅鱼圈临港工业园区"],
    "310118": ["青浦综合工业园区"],
}
# County → 区域性、行业性工会联合会.
FEDERATIONS = {
    "630102": ["城东区餐饮行业工会联合会"],
    "630104": ["城西区商圈工会联合会"],
    "370203": ["市北区建筑行业工会联合会"],
    "370215": ["即墨区服装行业工会联合会"],
    "210882": ["大石桥市镁制品行业工会联合会"],
    "310118": ["青浦区快递行业工会联合会"],
}
INDUSTRIES = {
    "630000": ["青海省建设交通产业工会", "青海省能源化工产业工会", "青海省财贸轻纺产业工会"],
    "370000": ["山东省建设产业工会", "山东省交通运输产业工会"],
    "210000": ["辽宁省建设产业工会"],
    "310000": ["上海市建设交通产业工会"],
}
DIRECTS = {
    "630000": ["高原路桥集团工会", "湟水水务集团工会"],
    "370000": ["齐岱能源集团工会"],
    "210000": ["辽滨港务集团工会"],
}
# QD-0: they stand beside the counties of their city.
CITY_UNITS = {"370200": ["青岛市市直机关综合服务中心工会"]}
STATIONED = {"370200": ["胶澳港航集团工会（中央驻青）", "齐鲁海事勘测院工会（省驻青）"]}
# The enterprise at which the demo begins: its people are the first accounts printed; then those of the district above it.
FIRST_ENTERPRISE, FIRST_FIRM = "630102E0001", "西宁稔岳建筑工程有限公司"
FIRST_DISTRICT = "630102"
# Counties in which the demo's cases happen: those with at least one township.
BUSY = list(TOWNSHIPS)
# Place of a notice → the general unions whose people look for work of every kind: its city or district, and busy counties.
OF_PLACE = {
    "西宁": ("630102", "630104", "630100"),
    "青岛": ("370200", "370202", "370211"),
    "营口": ("210800", "210802", "210882"),
    "青浦": ("310118",),
}
ENTERPRISES_IN_A_COUNTY = 2
MORE_ENTERPRISES = {"630102": 7, "370202": 4, "370211": 4, "310118": 6, "632801": 3, "210882": 3}
# Enterprises whose parent is not in the county where they stand: county → parent.
ELSEWHERE = {"630103": "630000I0001", "630105": "630000D0001", "370214": "370000I0001"}


def region_of(codes: tuple[str, ...]) -> str:
    """What the codes of all unions of a place begin with: its city's, or its district's where that is all there is of it."""
    return codes[0][: 6 if len(codes) == 1 else 4]


@dataclass(frozen=True)
class DemoPlace:
    code: str
    name: str
    kind: UnionKind
    parent: str | None
    region_code: str | None = None


def territory() -> Iterator[DemoPlace]:
    province = ""
    for line in TERRITORY.strip().splitlines():
        if not line.startswith(" "):
            province, name = line.split()
            yield DemoPlace(province, f"{name}总工会", UnionKind.PROVINCE, None, province)
            continue
        head, _, counties = line.strip().partition(":")
        city = province
        if head:
            city, name = head.split()
            yield DemoPlace(city, f"{name}总工会", UnionKind.CITY, province, city)
        for county in filter(None, (part.strip() for part in counties.split(","))):
            code, name = county.split()
            yield DemoPlace(code, f"{name}总工会", UnionKind.DISTRICT, city, code)


def grassroots() -> Iterator[DemoPlace]:
    """Townships, zones, federations, industrial and directly affiliated unions."""
    for kind, table, ending in (
        (UnionKind.TOWNSHIP, TOWNSHIPS, "工会"),
        (UnionKind.ZONE, ZONES, "工会"),
        (UnionKind.FEDERATION, FEDERATIONS, ""),
        (UnionKind.INDUSTRY, INDUSTRIES, ""),
        (UnionKind.DIRECT, DIRECTS, ""),
        (UnionKind.CITY_UNIT, CITY_UNITS, ""),
        (UnionKind.STATIONED, STATIONED, ""),
    ):
        for above, names in table.items():
            for serial, name in enumerate(names, 1):
                yield DemoPlace(f"{above}{CODE_LETTER[kind]}{serial:04d}", f"{name}{ending}", kind, above)


def enterprise_places() -> Iterator[tuple[str, str, str]]:
    """(code, county, parent) of every enterprise union: in turn under a street, the county itself and a zone."""
    for county in BUSY:
        parents = [f"{county}T{n:04d}" for n, _ in enumerate(TOWNSHIPS[county], 1)] + [county]
        parents += [f"{county}Z0001"] if county in ZONES else []
        many = MORE_ENTERPRISES.get(county, ENTERPRISES_IN_A_COUNTY)
        for serial in range(1, many + 1):
            code = f"{county}E{serial:04d}"
            # The first one stands under its county, whose people are printed too.
            yield code, county, county if code == FIRST_ENTERPRISE else parents[(serial - 1) % len(parents)]
        if county in ELSEWHERE:
            yield f"{county}E{many + 1:04d}", county, ELSEWHERE[county]


def found_all(enterprises: dict[str, str], at: datetime) -> dict[str, Union]:
    """Found every unit; `enterprises`: code → name of the enterprise's union. Answers code → unit."""
    units: dict[str, Union] = {}
    seats = [
        DemoPlace(code, enterprises[code], UnionKind.ENTERPRISE, parent) for code, _, parent in enterprise_places()
    ]
    for serial, place in enumerate([*territory(), *grassroots(), *seats]):
        parent = units[place.parent] if place.parent else None
        units[place.code] = tree.found(
            place.code,
            place.name,
            place.kind,
            parent,
            FOUNDED,
            None,
            at,
            region_code=place.region_code,
            **_duty(place, serial),
        )
    return units


def _duty(place: DemoPlace, serial: int) -> dict[str, str]:
    """Who takes reports, and a number: territorial units publish the hotline, the others one that no exchange gives out.

    A few streets have not named anybody.
    """
    if place.kind == UnionKind.TOWNSHIP and serial % 9 == 0:
        return {}
    phone = "12351" if place.region_code else f"000-5550{serial:04d}"
    name = SURNAMES[serial % len(SURNAMES)] + GIVEN[serial * 7 % len(GIVEN)]
    facts = {"duty_officer": name, "duty_phone": phone}
    if place.kind in TERRITORIAL:
        facts |= {
            "returns_contact": SURNAMES[serial * 3 % len(SURNAMES)] + GIVEN[serial * 5 % len(GIVEN)],
            "returns_phone": f"000-5560{serial:04d}",
            "returns_email": f"quanyi{place.code}@example.org",
        }
    return facts
