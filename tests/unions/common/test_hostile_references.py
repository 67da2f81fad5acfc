"""Workbooks that say one thing to who looks and another to who reads: places that Excel has not got, parts by two names,
relations that lead elsewhere. calamine would ask for the memory it is told of, and end the process when there is none.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from reporting.forms.editions import sheet_cells
from tests.sheets import GOOD, sheet
from unions.common import xlsx_guard as workbooks
from unions.common.tables import Column, Columns, open_table
from unions.common.xlsx_guard import SheetLook, Unreadable, look_at
from unions.common.xlsx_reader import rows_of as rows_read

LIMIT = 50 * 2**20
ANY = Columns([Column("name", "名称", required=True)])
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION = f'<Relationship Id="{{}}" Type="{OFFICE}/{{}}" Target="{{}}"/>'
SHEET = "xl/worksheets/sheet1.xml"


def relations(*rows: tuple[str, str, str]) -> str:
    inside = "".join(RELATION.format(*row) for row in rows)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def rows_of(body: str, before: str = "") -> str:
    return f"<worksheet {MAIN}>{before}<sheetData>{body}</sheetData></worksheet>"


HARMLESS = rows_of('<row r="1"><c r="A1" t="n"><v>1</v></c></row>')
BOMB = rows_of('<row r="1"><c r="ZZZZZZ99999999999" t="n"><v>1</v></c></row>')


def book(parts: dict[str, str | bytes] | None = None, target: str = "worksheets/sheet1.xml") -> bytes:
    """The smallest workbook there is, with `parts` put over its own."""
    xml = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    own: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{xml}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{xml}.worksheet+xml"/></Types>',
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", target)),
        SHEET: HARMLESS,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in (own | (parts or {})).items():
            archive.writestr(name, body)
    return out.getvalue()


def refused_by_all(data: bytes, tmp_path: Path) -> None:
    """Every reader there is says so in words."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(Unreadable):
        open_table(path, ANY, most_bytes=LIMIT)
    with pytest.raises(Unreadable):
        open_table(io.BytesIO(data), ANY)
    with pytest.raises(Unreadable):
        sheet_cells.opened(data, ("a",))


@pytest.mark.parametrize(
    "place",
    [
        "ZZZZZZ99999999999",
        "A123456789",
        "A12345678",
        "ABCDE1",
        "XFE1",
        "ZZZ1",
        "A1048577",
        "A0",
        "A",
        "1",
        "",
        "$A$1",
        "Ａ1",
        "A1 ",
        "A-1",
        "A１",
        "A1:B2",
    ],
)
def test_a_place_that_excel_has_not_got(tmp_path: Path, place: str) -> None:
    refused_by_all(book({SHEET: rows_of(f'<row r="1"><c r="{place}" t="n"><v>1</v></c></row>')}), tmp_path)


@pytest.mark.parametrize("row", ["99999999999", "1048577", "4294967295", "0", "-5", "", "1.5", "1e9", "A5", "１"])
def test_a_row_that_excel_has_not_got(tmp_path: Path, row: str) -> None:
    """The cell itself says nothing of where it is, so the row alone would be believed."""
    refused_by_all(book({SHEET: rows_of(f'<row r="{row}"><c t="n"><v>1</v></c></row>')}), tmp_path)


def test_a_cell_that_says_it_is_near_before_one_that_is_far(tmp_path: Path) -> None:
    """A cell without a place is in the row its row says, whatever the cell before it said."""
    near = '<row r="1048576"><c r="A1"><v>1</v></c><c><v>1</v></c></row>'
    refused_by_all(book({SHEET: rows_of(near)}), tmp_path)


@pytest.mark.parametrize(
    "parts, target",
    [
        ({"xl/worksheets/SHEET1.xml": BOMB}, "worksheets/sheet1.xml"),
        ({"XL/worksheets/sheet1.xml": BOMB}, "worksheets/sheet1.xml"),
        ({"xl\\worksheets\\sheet1.xml": BOMB}, "worksheets/sheet1.xml"),
        ({"xl/xl/worksheets/sheet1.xml": HARMLESS, SHEET: BOMB}, "xl/worksheets/sheet1.xml"),
        ({"xl/../xl/worksheets/sheet1.xml": HARMLESS, SHEET: BOMB}, "../xl/worksheets/sheet1.xml"),
        ({"xl/./worksheets/sheet1.xml": HARMLESS, SHEET: BOMB}, "./worksheets/sheet1.xml"),
        ({"xl/media/image1.png": BOMB}, "media/image1.png"),
        (
            {
                "xl/b.xml": BOMB,
                "xl/_rels/workbook.xml.rels": relations(
                    ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId1", "worksheet", "b.xml")
                ),
            },
            "",
        ),
    ],
    ids=[
        "case",
        "case of the folder",
        "slashes",
        "from the top",
        "up and down",
        "a dot",
        "as a picture",
        "a name twice",
    ],
)
def test_a_sheet_beside_the_one_that_is_looked_at(tmp_path: Path, parts: dict[str, str | bytes], target: str) -> None:
    refused_by_all(book(parts, target), tmp_path)


@pytest.mark.parametrize("name", ["xl/workbook.bin", "XL/Workbook.BIN", "content.xml", "mimetype", "Content.XML"])
def test_a_workbook_that_is_another_kind_as_well(tmp_path: Path, name: str) -> None:
    refused_by_all(book({name: b"application/vnd.oasis.opendocument.spreadsheet"}), tmp_path)


def test_an_old_workbook_with_a_new_one_behind_it(tmp_path: Path) -> None:
    refused_by_all(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + book(), tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "cp037", "latin-1", "utf-7"])
def test_a_sheet_in_another_writing(tmp_path: Path, encoding: str) -> None:
    """What is decoded here as one thing is read there, byte by byte, as another."""
    body = f'<?xml version="1.0" encoding="{encoding}"?>{HARMLESS}'
    refused_by_all(book({SHEET: body.encode("ascii" if encoding == "cp037" else encoding)}), tmp_path)


@pytest.mark.parametrize(
    "parts",
    [
        {SHEET: rows_of('<row r="1" spans="1:16384999"><c r="A1"><v>1</v></c></row>')},
        {SHEET: rows_of('<row r="1"><c r="A1"><v>1</v></c></row>', '<dimension ref="A1:XFD1048576"/>')},
        {SHEET: rows_of('<row r="1"><c r="A1"><v>1</v></c></row>', '<dimension ref="A1:ZZZZZZ99999999999"/>')},
        {
            SHEET: HARMLESS.replace(
                "</sheetData>",
                '</sheetData><mergeCells count="4294967295"><mergeCell ref="A1:ZZZZZZ99999999999"/></mergeCells>',
            )
        },
        {"xl/sharedStrings.xml": f'<sst {MAIN} count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>'},
        {
            "xl/styles.xml": f'<styleSheet {MAIN}><numFmts count="4294967295"/><cellXfs count="4294967295"/></styleSheet>'
        },
        {
            "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets><definedNames><definedName name="_xlnm.Print_Area">a!$A$1:$ZZZZZZ$99999999999</definedName></definedNames></workbook>'
        },
        {SHEET: rows_of('<row r="1"><c r="A1" t="s"><v>999999999999</v></c></row>')},
        {SHEET: rows_of('<row r="1"><c r="A1" s="4294967295"><v>1</v></c></row>')},
    ],
    ids=["spans", "dimension", "dimension beyond", "merged", "strings", "styles", "names", "a string", "a style"],
)
def test_what_else_a_workbook_counts_is_believed_by_nobody(tmp_path: Path, parts: dict[str, str | bytes]) -> None:
    """Read as it is or refused in words, in hardly any memory: counts and ranges are not asked of the machine."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(parts))
    try:
        found = list(rows_read(path, look_at(path, 100).sheets[0]))
    except Unreadable as refusal:
        assert "读到一半" not in refusal.message
    else:
        assert len(found) <= 1


def test_what_is_overlooked_ends_the_reading_and_not_the_site(tmp_path: Path) -> None:
    """Without the look beforehand, the reader dies alone."""
    with pytest.raises(Unreadable, match="超出了能处理的大小"):
        list(rows_read(io.BytesIO(book({SHEET: BOMB})), SheetLook("a", SHEET)))


def test_a_whole_workbook_comes_through_in_pieces(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [GOOD] * 1201)
    found = list(rows_read(path, look_at(path, 2000).sheets[0]))
    assert len(found) == 1202 and len(set(map(len, found))) == 1
    abandoned = rows_read(path, look_at(path, 2000).sheets[0])
    next(abandoned)
    del abandoned  # who stops in the middle leaves no process behind that waits


def test_the_bounds_are_those_of_excel() -> None:
    assert workbooks._column_number("XFD") == workbooks.LAST_COLUMN and workbooks.LAST_ROW == 2**20
