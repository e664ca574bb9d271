"""Patterns as git has them: git itself is asked where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.config import RuleConfig
from indexer.rules import patterns
from indexer.rules.book import Rules
from tests.indexer.rules.walk import walk

CASES = [
    # patterns, path ("/" at the end: a folder), left out
    ("*.log", "a.log", True),
    ("*.log", "deep/er/a.log", True),
    ("*.log", "a.log.txt", False),
    ("/a.txt", "a.txt", True),
    ("/a.txt", "sub/a.txt", False),
    ("草稿/", "草稿/", True),
    ("草稿/", "合同/草稿/", True),
    ("草稿/", "草稿", False),
    ("合同/*.pdf", "合同/租房.pdf", True),
    ("合同/*.pdf", "合同/旧/租房.pdf", False),
    ("合同/**/*.pdf", "合同/旧/更旧/租房.pdf", True),
    ("**/稿.txt", "a/b/稿.txt", True),
    ("a/**", "a/b/c", True),
    ("a/**", "a/", False),
    ("*.txt\n!keep.txt", "keep.txt", False),
    ("!keep.txt\n*.txt", "keep.txt", True),
    ("# a comment\n\n  \n", "# a comment", False),
    ("\\#notes", "#notes", True),
    ("\\!important", "!important", True),
    ("name\\ ", "name ", True),
    ("name   ", "name", True),
    ("报告?.docx", "报告1.docx", True),
    ("第[一二三]章.md", "第二章.md", True),
    ("第[!一二三]章.md", "第二章.md", False),
    ("[z-a]", "z", False),
    ("broken[", "broken[", False),
    ("trailing\\", "trailing\\", False),
    ("a*" * 30 + "b", "a" * 250, False),
    ("*a*a*a*a*a*a*a*a*a*b/", "a" * 250 + "/", False),
    ("**/a/**/a/**/a/b", "a/" * 100 + "c", False),
    ("*合*合?.md", "合同合并合同.md", True),
    ("a*b*/c*d", "aabab/ccdd", True),
    ("新\r", "新", True),
]


@pytest.mark.parametrize(("lines", "path", "left_out"), CASES)
def test_one_entry(lines: str, path: str, left_out: bool) -> None:
    listed = patterns.parse(lines.split("\n"), "/文件", "test")
    pattern = listed.decide("/文件/" + path.rstrip("/"), is_folder=path.endswith("/"))
    assert (pattern is not None and not pattern.negated) is left_out


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_list_in_any_encoding(tmp_path: Path, codec: str) -> None:
    (tmp_path / ".docentignore").write_bytes("草稿/\r\n*.bak\r\n".encode(codec))
    listed = patterns.read(str(tmp_path / ".docentignore"), str(tmp_path))
    assert [pattern.text for pattern in listed.patterns] == ["草稿/", "*.bak"]


def test_what_is_no_file_holds_up_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for name in ("pipe", "link", "nowhere", "."):
        assert patterns.read(str(tmp_path / name), str(tmp_path)).patterns == ()


NAMES = ["a", "b", "ab", "a.b", "合同", "合同.b", "b c"]
PIECES = ["a", "b", "ab", ".b", "*", "**/", "/**", "/", "?b", "[ab]", "[!a]b", "合同", "合", "\\a", " "]
STARS_INSIDE_A_NAME = re.compile(r"[^/!]\*\*|\*\*[^/]|^!?\*\*\*")
"""git reads them in a way that its manual does not describe."""
LINES = st.lists(
    st.tuples(st.sampled_from(["", "", "!"]), st.lists(st.sampled_from(PIECES), min_size=1, max_size=4))
    .map(lambda parts: parts[0] + "".join(parts[1]))
    .filter(lambda line: not STARS_INSIDE_A_NAME.search(line)),
    min_size=1,
    max_size=3,
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("仓库")
    subprocess.run(["git", "init", "-q", root], check=True)
    for one in NAMES:
        for two in NAMES[:5]:
            for three in ("a", "合同.b"):
                (root / one / two).mkdir(parents=True, exist_ok=True)
                (root / one / two / three).touch()
    return root


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outer=LINES, inner=LINES)
def test_git_says_the_same(tree: Path, outer: list[str], inner: list[str]) -> None:
    for folder, lines in ((tree, outer), (tree / "ab", inner)):
        (folder / ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rules = Rules(RuleConfig(gitignore=True))
    kept = set(walk(str(tree), rules).files)
    files = [
        path for path in tree.rglob("*") if path.is_file() and ".git" not in path.parts and path.name != ".gitignore"
    ]
    asked = subprocess.run(
        ["git", "-C", tree, "check-ignore", "-z", "--no-index", "--stdin"],
        input=b"\0".join(os.fsencode(path) for path in files), capture_output=True, check=False,
    )  # fmt: skip
    ignored = {os.fsdecode(path) for path in asked.stdout.split(b"\0") if path}
    assert kept == {str(path) for path in files} - ignored
