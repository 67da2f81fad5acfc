"""The words a rulebook may use: dated facts that start and end terms, flags, kinds. Anything else is refused when read."""

# Dated fact → how an explanation says it: “8月28日（周四）协商失败，…”
MOMENTS: dict[str, str] = {
    # the case
    "discovered_on": "发现",
    "negotiation_failed_on": "协商失败",
    "clue_received_on": "收到线索",
    "accepted_on": "受理",
    "verified_on": "查实",
    "incident_at": "发生极端讨薪或群体性事件",
    "escalated_on": "已上报",
    "arrived_on_site_at": "已到达现场",
    "reached_general_union_at": "地方总工会登记、接到报告或转办",
    "told_hr_on": "已通报人社部门",
    "told_government_on": "已报告本级政府",
    "told_worker_on": "已反馈职工",
    "told_hotline_on": "已反馈 12351 热线",
    "platform_looked_on": "已核查监管平台",
    "transferred_at": "转办",
    "transfer_accepted_on": "对方已接收",
    "ordered_to_pay_by": "责令支付期限届满",
    "closed_on": "已办结",
    # letters and complaints (一函两书)
    "complaint_declined_on": "决定不受理投诉",
    "complainant_told_on": "已告知投诉人",
    "investigation_opened_on": "立案调查",
    "investigation_closed_on": "调查结束",
    "letter_delivered_on": "送达",
    "letter_answered_on": "已答复",
    "letter_objected_on": "已提出异议",
    "department_closed_on": "有关部门办结",
    "department_answered_on": "有关部门已反馈",
    # referrals
    "referred_on": "移送、通报",
    "referral_answered_on": "已答复",
    # warnings and public opinion
    "signal_received_on": "收到预警信息",
    "signal_verified_on": "已实地核实",
    "signal_responded_on": "已响应",
    "opinion_seen_at": "发现舆情",
    "opinion_answered_at": "已介入处置",
    # wage deposit
    "deposit_notice_on": "支付通知书送达",
    "deposit_paid_on": "银行已支付",
    "deposit_used_on": "动用工资保证金",
    "deposit_topped_up_on": "已补足",
    "deposit_return_notice_on": "公示返还工资保证金",
    "deposit_returned_on": "已返还",
    # joint-punishment list
    "listing_opened_on": "启动列入程序",
    "listing_notice_on": "告知拟列入",
    "listing_objection_on": "提出异议",
    "listing_objection_answered_on": "已答复异议",
    "listing_decided_on": "作出决定",
    "listed_on": "列入名单",
    "corrected_on": "改正违法行为",
    "delisted_on": "已移出名单",
    # mediation and arbitration
    "mediation_applied_on": "申请调解",
    "mediation_closed_on": "调解结束",
    "arbitration_applied_on": "申请仲裁",
    "arbitration_accepted_on": "仲裁受理",
    "arbitration_awarded_on": "已裁决",
    "award_served_on": "收到裁决书",
    "litigation_filed_on": "已起诉",
    "mediation_agreed_on": "达成调解协议",
    "confirmation_applied_on": "已申请司法确认",
    "payment_order_served_on": "收到支付令",
    "payment_order_closed_on": "清偿或提出异议",
}

# Which of them can happen to what a term is about: one that speaks of another never begins, or is never met.
_BEGINS = {
    "complaint": ("complaint_declined_on", "complainant_", "investigation_"),
    "letter": ("letter_", "department_"),
    "referral": ("referred_on", "referral_"),
    "warning": ("signal_",),
    "opinion": ("opinion_",),
    "deposit": ("deposit_",),
    "listing": ("listing_", "listed_on", "corrected_on", "delisted_on"),
    "dispute": ("mediation_", "arbitration_", "award_", "litigation_", "confirmation_", "payment_order_"),
}
MOMENTS_OF: dict[str, frozenset[str]] = {
    subject: frozenset(name for name in MOMENTS if name.startswith(begins)) for subject, begins in _BEGINS.items()
}
MOMENTS_OF["case"] = frozenset(MOMENTS) - frozenset().union(*MOMENTS_OF.values())
# Reports upward: they meet a term and begin none, for which of them counts depends on the term.
ONLY_MEETS = frozenset({"escalated_on"})

FLAGS: dict[str, str] = {"extreme": "极端讨薪", "mass": "群体性事件", "escalation_signs": "事件有升级迹象"}

# As in unions.models.UnionKind and arrears: names only, this package imports neither; a test holds them together.
UNION_KINDS = (
    *("enterprise", "federation", "township", "zone", "district", "city", "province", "industry", "direct"),
    *("city_unit", "stationed"),
)
GENERAL_UNIONS = ("district", "city", "province")  # 地方总工会
# What only some kinds of unions can do, for want of a department or a government of their own level elsewhere → these kinds.
ABLE: dict[str, tuple[str, ...]] = {
    "told_hr_on": GENERAL_UNIONS,
    "told_government_on": ("township", "zone", *GENERAL_UNIONS),
}
NATURES: dict[str, str] = {"government": "政府投资项目", "soe": "国企项目", "other": "其他项目"}
# 受理渠道 (QD-4.3); the enterprise's own report comes first.
CHANNELS: dict[str, str] = {
    "report": "企业工会报告",
    "field": "基层发现",
    "hotline": "12351 热线",
    "visit": "职工来访",
    "window": "职工窗口",
    "petition": "信访",
    "monitoring": "劳动关系动态监测",
    "app": "工会手机应用",
    "wechat": "微信公众号",
    "shared": "政府信息共享",
    "media": "媒体监督",
    "platform": "根治欠薪线索反映平台",
    "agencies": "人社、法院等部门移送",
    "legacy": "历史台账",
}
# Kinds of warning signals; where they come from: arrears/early_warning/warning_sources.toml.
SIGNALS: dict[str, str] = {
    "directed": "上级交办、通报",
    "tax_arrears": "欠税",
    "fee_arrears": "欠费",
    "loan_arrears": "欠贷",
    "interest_arrears": "欠息",
    "stopped": "停产",
    "reduced": "减产",
    "moved": "搬迁",
    "restructured": "重组",
    "layoffs": "裁员",
    "dispute": "经济纠纷",
    "seized": "查封",
    "controlled": "管制措施",
    "patrol": "巡查发现异常",
    "unpaid": "未按月足额发放工资",
    "complaint": "投诉举报",
    "platform": "平台监测预警",
}
# What our own books raise by themselves, once so many rows say it (SD-2.1a); told by the apps: arrears/early_warning/own.py.
OWN_SIGNALS: dict[str, str] = {
    "complaints": "欠薪投诉量大",
    "works_payment": "工程款拨付异常",
    "wage_payment": "工资支付异常",
    "findings": "检查问题逾期未整改",
}
# Grounds of a report upward that every union has, whatever its notice; when each applies: arrears/escalations/grounds.py.
GROUNDS: dict[str, str] = {
    "mass": "极端讨薪或群体性事件",
    "negotiation_failed": "协商失败",
    "discovered": "发现所辖企业欠薪",
    "level_by_level": "逐级上报",
}
# Steps of the work a notice may ask something of, or speak about. The first six are conditions: without them the step is refused.
REQUIREMENTS: dict[str, str] = {
    "told-worker": "办结前须已向职工反馈",
    "told-hotline": "办结前须已向 12351 热线反馈",
    "verified-first": "立案前须写明核实方式",
    "reported-at-once": "极端讨薪、群体性事件办结前须已上报",
    "fallback-party": "办结前须写明兜底责任单位",
    "emergency-demands": "应急处置办结前须记明职工诉求",
    "answer-read-above": "行业主管部门的答复报上一级阅知",
    "focus-sectors": "重点行业",
    "oversight": "上级督办、包案、专班、提级办理",
    "collect-lists": "定期收集预警信息",
    "accountability": "对下级单位约谈、通报、问责",
    "opinion-watch": "全天候监测涉薪舆情",
    "standing-plan": "应急预案",
    "repayment-plan": "偿还计划",
    "rescue-plan": "一企一策、一项目一策",
    "wages-first": "收回的企业账款优先支付工资",
    "order-to-pay": "部门责令支付、处理处罚",
    "rectify-or-preserve": "部门整改指令、财产保全",
    "round-focused": "集中排查",
    "round-monthly": "每月专项检查",
    "round-special": "实地排查",
    "round-oversight": "专项督查",
    "finding": "检查问题整改",
    "resolution": "原因、举措、责任人、责任单位",
    "review": "互查、审计、专项检查",
    "platform": "监管平台核查",
    "refer-hr": "转送：通报同级人社部门",
    "refer-police": "转送：移送公安机关",
    "refer-judicial": "转送：移送检察院、法院",
    "refer-industry": "转送：推送行业主管部门",
    "refer-correct": "转送：提请制止、纠正违法发包等行为",
    "refer-listing": "转送：提请列入联合惩戒名单",
    "refer-legal-aid": "转送：转介法律援助",
    "legal-aid-first": "法律援助优先受理、审查、指派",
    "refer-notice": "转送：通报有关部门",
    "refer-handover": "转送：转交部门办理",
    "refer-government": "转送：报告本级政府",
    "refer-early": "转送：商请公安提前介入",
    "joint-meeting": "联席会议",
    "yearly-campaign": "每年专题宣传",
    "joint-supervision": "联合督导",
    "honest-employers": "宣传无欠薪诚信企业",
}
SUBJECTS = ("case", "complaint", "letter", "referral", "warning", "opinion", "deposit", "listing", "dispute")
SENSES = ("due", "opens", "ends")
RHYTHMS = ("week", "month", "quarter", "year", "once")
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# What an indicator may judge by → what its numerator and its denominator count.
JUDGED: dict[str, tuple[str, str]] = {
    "timely": ("按期报送、办理的", "期内到期的报表和办理时限"),
    "accurate": ("未被退回、未作更正、未与台账矛盾的", "期内到期、已报出的报表"),
    "prompt": ("规定日数内有首次办理的", "期内受理并查实的案件"),
    "closed": ("已办结的", "期内受理并查实的案件"),
    "complete": ("要素齐全的", "期内受理并查实的案件"),
    "inspected": ("期内的排查", "按年度次数折算应有的排查"),
    "rectified": ("按期整改销号的", "期内到期的检查问题"),
    "prevented": ("期内的预防工作（检查另计）", "按每季次数折算应有的预防工作"),
    "rhythm": ("在检查间隔之内检查过的", "已分类、间隔已满的用人单位"),
    "liaison": ("有联络员的成员部门", "应有联络员的成员部门"),
    "duty": ("公布了值守电话的", "在册单位"),
    "settled_below": ("由街镇调解成功并办结的（以案定补）", "期内街镇接收的线索"),
    "aided": ("已获法律援助的", "期内受理并查实、涉及农民工、未经援助不能解决的案件"),
    "reviewed": ("在期限内答复整改的", "期内到期的互查、审计、专项检查问题"),
}
# What a complete case has.
NEEDS: dict[str, str] = {
    "owed_from": "欠薪起始日期",
    "owed_until": "欠薪截止日期",
    "discovered_on": "发现日期",
    "workers": "涉及人数",
    "amount": "欠薪金额",
    "officer": "经办人",
    "condition": "生产经营和财务状况",
    "union_opinion": "单位工会（职代会）意见",
    "repayment_plan": "偿还计划和保证措施",
}
REACHES = ("own", "below")
