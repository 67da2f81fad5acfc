"""Checks a layout brought in from outside: it may neither fetch, run nor embed anything, and must print what a letter needs.

Each XML part is parsed: an attribute can be quoted, spaced and encoded in more ways than a text search finds.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from zipfile import ZipFile

from django.core.files.uploadedfile import UploadedFile
from docx.opc.exceptions import PackageNotFoundError
from jinja2.exceptions import TemplateError
from lxml import etree

from arrears.letters import paper
from unions.common.refusals import Refused

MOST_BYTES, MOST_UNPACKED, MOST_OF_BODY = 2 * 2**20, 20 * 2**20, 2**20
HOW_TO_MEND = "请从“下载通用版式”得到的文件改起，另存为 .docx 后再上传。"
# Parts that run, load or embed something.
_ACTIVE = ("vbaproject", "activex", "/embeddings/", "oleobject")
# What writing with a damaged or hostile file ends in; docx trusts the parts it finds.
UNREADABLE = (
    TemplateError,
    etree.LxmlError,
    PackageNotFoundError,
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
)
# What every layout must print: a letter without them is none.
NEEDED = ("title", "number", "addressee", "facts", "demand", "issuer", "date")
SAMPLE: paper.Content = {name: [f"【{name}】"] for name in paper.LISTS} | {name: f"【{name}】" for name in paper.TEXTS}
# What a field may do: count pages. Others fetch pictures, start programs or take in files (INCLUDEPICTURE, DDEAUTO, LINK).
FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"})
_TAKES_IN = frozenset({"altChunk", "object", "control", "subDoc"})


def checked_layout(upload: UploadedFile) -> bytes:
    """The file's bytes, after a sample letter was written with it. Refused with what is wrong."""
    if (upload.size or 0) > MOST_BYTES:
        raise Refused.for_field("file", f"“{upload.name}”超过 2 MB。{HOW_TO_MEND}")
    upload.seek(0)
    content = upload.read()
    _check_package(content, str(upload.name))
    try:
        document = paper.render(SAMPLE, content)
    except UNREADABLE as error:
        reason = str(getattr(error, "message", "") or "格式有误") if isinstance(error, TemplateError) else "格式有误"
        raise Refused.for_field("file", f"“{upload.name}”不能作版式：{reason[:120]}。{HOW_TO_MEND}") from error
    _check_prints(document, str(upload.name))
    return content


def _check_package(content: bytes, name: str) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused.for_field("file", f"“{name}”展开后过大。{HOW_TO_MEND}")
            body = package.getinfo("word/document.xml")
            if body.file_size > MOST_OF_BODY:
                raise Refused.for_field("file", f"“{name}”的正文过大。{HOW_TO_MEND}")
            if any(mark in part.filename.lower() for part in parts for mark in _ACTIVE):
                raise Refused.for_field("file", f"“{name}”含有宏或嵌入对象，不能作版式。{HOW_TO_MEND}")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(package.read(part), part.filename, name)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError) as error:
        raise Refused.for_field("file", f"“{name}”不是可以读取的 Word 文件（.docx）。{HOW_TO_MEND}") from error


def _check_part(text: bytes, part: str, name: str) -> None:
    if wrong := _fault(text, part):
        raise Refused.for_field("file", f"“{name}”{wrong}，不能作版式。{HOW_TO_MEND}")


def _check_prints(document: bytes, name: str) -> None:
    with ZipFile(io.BytesIO(document)) as package:
        text = package.read("word/document.xml").decode("utf-8", "replace")
    missing = [key for key in NEEDED if f"【{key}】" not in text]
    if missing:
        raise Refused.for_field("file", f"“{name}”没有用到必需的变量：{'、'.join(missing)}。{HOW_TO_MEND}")


def _fault(text: bytes, part: str) -> str:
    """What is wrong with one XML part, as the end of a sentence; empty where nothing is."""
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
    return "含有域代码（只能用页码域）" if any(not _counts_pages(code) for code in _field_codes(root)) else ""


def _field_codes(root: etree._Element) -> Iterator[str]:
    """The instruction of each field, joined over its runs."""
    code: str | None = None
    for one in root.iter("{*}fldChar", "{*}instrText", "{*}delInstrText", "{*}fldSimple"):
        match etree.QName(one).localname:
            case "fldSimple":
                yield _value(one, "instr")
            case "fldChar":
                begins = _value(one, "fldCharType") == "begin"
                if code is not None:
                    yield f"{code} {{" if begins else code  # a field within a field is none of ours
                code = "" if begins else None
            case _:
                code = (code or "") + (one.text or "")
    if code:
        yield code


def _value(one: etree._Element, name: str) -> str:
    return next((str(value) for key, value in one.attrib.items() if etree.QName(key).localname == name), "")


def _counts_pages(code: str) -> bool:
    words = code.split()
    return bool(words) and words[0].upper() in FIELDS and "{" not in code
