"""What the tables of queries share. Now is Friday, 20 November 2026, 15:00 in Shanghai."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from assistant.question.parse import understand
from assistant.question.understood import Understood

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=timezone(timedelta(hours=8)))
FOLDERS = (
    "Taxes", "Bank", "Documents", "Downloads", "Desktop", "Health", "Norway", "Music", "Pictures", "March", "2023", "The Hollow Oaks",
    "财务", "发票", "合同", "会议纪要", "工作",
)  # fmt: skip
WORD = ("doc", "docx", "docm", "dot", "dotx", "rtf", "odt", "wps")
PAPERS = ("document", "pdf", "spreadsheet", "slides", "text")


def read(query: str) -> Understood:
    return understand(query, NOW, FOLDERS)


def days(query: str) -> tuple[str | None, str | None] | None:
    modified = read(query).to_json()["modified"]
    return modified and (modified["from"], modified["to"])
