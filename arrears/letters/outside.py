"""What a layout from outside may not bring along: whatever Word would fetch, run or take in when the letter is opened.

Read with a real parser: an attribute can be quoted, spaced and encoded in more ways than a search for its text finds.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

# What a field may do: count pages. Others fetch pictures, start programs or take in files (INCLUDEPICTURE, DDEAUTO, LINK).
FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"})
_TAKES_IN = frozenset({"altChunk", "object", "control", "subDoc"})


def fault(text: bytes, part: str) -> str:
    """What is wrong with one XML part of a docx, as the end of a sentence; empty when nothing is."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        return f"的 {part} 不是完好的 XML"
    if root.getroottree().docinfo.doctype:
        return f"的 {part} 含有外部定义"
    if part.endswith(".rels"):
        reaches_out = any(str(row.get("TargetMode", "Internal")) != "Internal" for row in root.iter("*"))
        return "引用了外部文件或网址" if reaches_out else ""
    if any(etree.QName(one).localname in _TAKES_IN for one in root.iter("{*}*")):
        return "含有嵌入对象"
    return "含有域代码（只能用页码域）" if any(not _counts_pages(said) for said in _fields(root)) else ""


def _fields(root: etree._Element) -> Iterator[str]:
    """What each field is told to do, however many runs it is spread over."""
    said: str | None = None
    for one in root.iter("{*}fldChar", "{*}instrText", "{*}delInstrText", "{*}fldSimple"):
        match etree.QName(one).localname:
            case "fldSimple":
                yield _value(one, "instr")
            case "fldChar":
                begins = _value(one, "fldCharType") == "begin"
                if said is not None:
                    yield f"{said} {{" if begins else said  # a field within a field is none of ours
                said = "" if begins else None
            case _:
                said = (said or "") + (one.text or "")
    if said:
        yield said


def _value(one: etree._Element, name: str) -> str:
    return next((str(value) for key, value in one.attrib.items() if etree.QName(key).localname == name), "")


def _counts_pages(said: str) -> bool:
    words = said.split()
    return bool(words) and words[0].upper() in FIELDS and "{" not in said
