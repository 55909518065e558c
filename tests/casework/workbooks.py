"""Workbooks written by hand, cell by cell, as different programs write them."""

import io
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
    'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.'
    'main+xml"/></Types>'
)
GENERAL, DATE, LONG_DATE, MONEY = 0, 1, 2, 3  # styles of STYLES
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="[$-421]dd mmmm yyyy;@"/>'
    '<numFmt numFmtId="165" formatCode="&quot;Rp dyd&quot;#,##0"/></numFmts>'
    '<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>'
    "</styleSheet>"
)


def text(value, *, at=""):
    """A cell with its text inside, as written by programs that stream."""
    return f'<c{at} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def number(value, *, style=GENERAL, at=""):
    return f'<c{at} s="{style}"><v>{value}</v></c>'


def sheet_of(*rows):
    """Each row is a list of cells; a str that is no cell becomes one of text."""
    lines = ["".join(cell if cell.startswith("<c") else text(cell) for cell in row) for row in rows]
    body = "".join(f'<row r="{place}">{line}</row>' for place, line in enumerate(lines, start=1))
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def workbook_of(*sheets, names=("Daftar",), states=("visible",) * 9, strings="", properties="", styles=STYLES):
    """The bytes of an .xlsx; `sheets` are the XML of sheet_of, `strings` the <si> elements of the shared ones."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{place}" state="{state}" r:id="rId{place}"/>'
        for place, (name, state) in enumerate(zip(names, states, strict=False), start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{place}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(names) + 1)
    )
    entries = {
        "[Content_Types].xml": CONTENT_TYPES,
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}<sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        **{f"xl/worksheets/sheet{place}.xml": sheet for place, sheet in enumerate(sheets, start=1)},
    }
    if styles:
        entries["xl/styles.xml"] = styles
    if strings:
        entries["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in entries.items():
            book.writestr(name, content)
    return file.getvalue()
