"""A return as PDF: the official table with the names of who signed and the place of the seal; words, where the form wants them, before it."""

from __future__ import annotations

from reporting.returns.papers import Paper, written_sheet
from unions.common.pdf import Seal, pdf_of_sheet


def written(paper: Paper) -> bytes:
    """Raises NoPdf."""
    sheet = written_sheet(paper)
    seal = Seal(paper.scope.union.name, paper.sealed_on) if paper.sealed_on else None
    if not paper.form.sections:
        return pdf_of_sheet(sheet, seal)
    return pdf_of_sheet(sheet, seal, "pdf/bulletin.html", _words(paper))


def _words(paper: Paper) -> dict[str, object]:
    placed = {section.place: paper.texts.get(section.heading, "").strip() for section in paper.form.sections}
    said = [
        (section.heading, [part.strip() for part in paper.texts.get(section.heading, "").split("\n")])
        for section in paper.form.sections
        if not section.place
    ]
    return {
        "draft": paper.draft,
        "unit": paper.scope.union.name,
        "document_title": paper.form.document_title or paper.title,
        "period": paper.scope.period,
        "to": placed.get("to", "").rstrip("：: 。") or paper.to,
        "said": [(heading, parts if any(parts) else ["无。"]) for heading, parts in said],
        "copies": placed.get("copies", "").rstrip("。 "),
    }
