"""Answers as an engine gives them, in both languages, for tests of the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Speak = Callable[[str], None]
"""What the fixture `speak` is: it switches the language."""

HOME = "/home/ana/Documents"


def hit(
    name: str, folder: str = HOME, snippet: str = "", marks: list[list[int]] | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "path": f"{folder}/{name}",
        "name": name,
        "score": 0.9,
        "matched": ["name", "text"],
        "snippet": snippet,
        "highlights": marks or [],
        "anchor": None,
        "kind": name.rpartition(".")[2],
        "size": 182233,
        "modified": "2026-11-21T10:03:00+00:00",
        "container": None,
    } | more


LEASE_QUOTE = "The Tenant may end this agreement by giving two months' notice in writing to the Landlord."
HITS = [
    hit(
        "Lease agreement Alder Court 12B.pdf",
        f"{HOME}/Home/Flat",
        "…7. Notice. " + LEASE_QUOTE + " Notice takes effect at the end of a calendar month.",
        [[56, 18]],
        anchor={"page": 4},
    ),
    hit(
        "Re: moving out in spring.eml",
        f"{HOME}/Mail",
        "Hi Ana, as the lease says, we need two months' notice from you; a short letter or a mail will do.",
        [[35, 18]],
        modified="2026-11-19T08:00:00+00:00",
    ),
    hit(
        "租房合同_终稿.docx",
        f"{HOME}/合同",
        "第七条 乙方提前退租的，应提前两个月以书面形式通知甲方，押金在交还房屋后七日内退还。",
        [[13, 5]],
        modified="2026-05-03T08:00:00+00:00",
    ),
    hit("Household budget.xlsx", HOME, "Rent · 1,480 · due on the 1st", [[0, 4]], anchor={"sheet": "2026", "row": 12}),
    hit(
        "Housing options.pptx",
        f"{HOME}/Work/A rather long name of a project folder",
        "Leases compared",
        [[0, 6]],
        anchor={"slide": 3},
    ),
]
FILES = {"event": "files", "hits": HITS, "understood": {"intent": "ask"}}

ANSWER = """You must give **two months' notice in writing** before the lease ends [1]. Notice takes effect at the end of a calendar month, so a letter that arrives on 10 March ends the lease on 31 May [1].

- An e-mail is enough; your landlord confirmed this [2].
- The deposit is paid back within *seven days* after the keys are returned [3]."""
CITATIONS = [
    {"n": 1, "path": HITS[0]["path"], "name": HITS[0]["name"], "anchor": {"page": 4}, "quote": LEASE_QUOTE},
    {"n": 2, "path": HITS[1]["path"], "name": HITS[1]["name"], "anchor": None, "quote": HITS[1]["snippet"]},
    {
        "n": 3,
        "path": HITS[2]["path"],
        "name": HITS[2]["name"],
        "anchor": {"section": "第七条"},
        "quote": HITS[2]["snippet"],
    },
]


def done(**changes: Any) -> dict[str, Any]:
    return {
        "event": "done",
        "mode": "llm",
        "answer": ANSWER,
        "found": True,
        "hits": HITS,
        "model": "qwen3:4b",
        "server": "ollama",
        "citations": CITATIONS,
        "context": {"used_tokens": 1840, "limit_tokens": 8192, "chunks": 6},
        "took_ms": 2210.0,
        "first_token_ms": 640.0,
    } | changes


ANSWER_ZH = """乙方提前退租，应当**提前两个月书面通知**甲方 [1]。房屋交还后，押金会在七日内退还 [1]。

1. 通知可以用电子邮件发送 [2]。
2. 未按时通知的，押金不予退还 [1]。"""
QUOTED = """> The Tenant may end this agreement by giving two months' notice in writing to the Landlord. [1]

> As the lease says, we need two months' notice from you; a short letter or a mail will do. [2]"""


def streamed(text: str) -> list[dict[str, Any]]:
    """The text as tokens."""
    return [{"event": "token", "text": text[start : start + 6]} for start in range(0, len(text), 6)]


def stage(name: str, **counts: int) -> dict[str, Any]:
    return {"event": "stage", "stage": name, **counts}


ASKED = [
    stage("searching"),
    FILES,
    stage("reading", passages=5, files=3),
    stage("writing"),
    *streamed(ANSWER),
    done(),
]
