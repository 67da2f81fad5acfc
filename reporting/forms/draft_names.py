"""Names a form may write as the `draft` of a section, and what each one writes. The words themselves: reporting/returns/wording.py."""

DRAFT_NAMES: dict[str, str] = {
    "overview": "本期新增、办结、尚未解决，与上期比较",
    "where": "欠薪集中的行业、单位和金额较大的案件",
    "events": "群体性、极端事件和超期的办理事项",
    "warnings": "本期预警信息和红色、橙色预警单位",
    "campaign-overview": "专项行动以来检查、受理、查实、办结、解决的总数",
    "campaign-measures": "处理处罚、联合惩戒、移送、调解援助和动用保证金、周转金",
    "campaign-problems": "尚未办结的数量、分布和超期的办理事项",
    "campaign-next": "距行动结束的天数和各单位尚未办结的案件",
    "progress": "专项行动以来的累计进展和本期新增、办结",
    "ranking": "各单位名次，居前、居后和低于平均的单位",
    "inspections": "本期检查的次数、户数、项目数和人数",
    "findings": "检查发现的问题和检查后受理的欠薪",
}
