"""PDF by reportlab. Chinese text uses the standard CJK font that every reader has, so nothing is embedded."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table
from source import Block, Source

_CHINESE = "STSong-Light"
_SIZES = {"heading": 18, "subheading": 13, "paragraph": 10.5, "item": 10.5, "cell": 9.5}


class _Document(SimpleDocTemplate):
    def afterPage(self) -> None:  # noqa: N802 - reportlab's name
        """Put the page number at the foot, after the text, where a reader expects it."""
        self.canv.setFont("Helvetica", 8)
        self.canv.drawCentredString(A4[0] / 2, 1.2 * cm, str(self.page))


def write_pdf(source: Source, target: Path) -> None:
    """A4 pages with the page number at the foot."""
    pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))
    chinese = any("\u4e00" <= character <= "\u9fff" for character in source.title)
    styles = {kind: _style(kind, size, chinese=chinese) for kind, size in _SIZES.items()}
    document = _Document(
        str(target),
        pagesize=A4,
        title=source.title,
        author=source.author,
        creationDate=source.date,
        invariant=True,
        leftMargin=2.2 * cm,
        rightMargin=2.2 * cm,
    )
    flowables = [flowable for block in source.blocks() for flowable in _flowables(block, styles)]
    document.build(flowables)


def _style(kind: str, size: float, *, chinese: bool) -> ParagraphStyle:
    plain, strong = (_CHINESE, _CHINESE) if chinese else ("Helvetica", "Helvetica-Bold")
    return ParagraphStyle(
        kind,
        fontName=strong if kind.endswith("heading") else plain,
        fontSize=size,
        leading=size * 1.5,
        spaceAfter=size * 0.6,
        leftIndent=12 if kind == "item" else 0,
        wordWrap="CJK" if chinese else None,
    )


def _flowables(block: Block, styles: dict[str, ParagraphStyle]) -> Iterator[Flowable]:
    if block.kind == "break":
        yield PageBreak()
    elif block.kind == "table":
        rows = [[Paragraph(escape(cell), styles["cell"]) for cell in row] for row in block.rows]
        yield Table(rows, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.grey)])
        yield Spacer(1, 12)
    else:
        bullet = "•" if block.kind == "item" else None
        yield Paragraph(escape(block.text), styles[block.kind], bulletText=bullet)
