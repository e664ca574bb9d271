"""Every path gets one true sentence: what came of it, or what keeps it out, and what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.engine.explaining import Explainer
from assistant.errors import UsageError
from assistant.explanation import EXPLANATIONS, explanation
from indexer.catalog.database import ReaderPool
from indexer.config import IndexConfig
from indexer.model import FileState, Reason
from indexer.naming.index import NameIndex
from indexer.pipeline import Pipeline
from indexer.query import SearchQuery
from indexer.report import Reporter
from indexer.rules.rule import Rule
from indexer.search import Searcher
from tests.indexer.formats.containers import zip_of


class Index:
    def __init__(self, home: Path) -> None:
        names = NameIndex()
        self.pipeline = Pipeline(IndexConfig(home, home / "models"), names, None, Reporter(), (home,))
        self.readers = ReaderPool(self.pipeline.catalog_file)
        self.explainer = Explainer(self.pipeline, self.readers, Searcher(self.readers, names, None).search)
        self.pipeline.start()

    def look(self) -> None:
        self.pipeline.rescan().result(60)
        assert self.pipeline.wait_settled(60, lambda: False)

    def explain(self, path: Path | str, query: str = "", **conditions: Any) -> dict[str, Any]:
        return self.explainer.explain(str(path), SearchQuery(query, **conditions) if query else None)

    def verdict(self, path: Path | str) -> str:
        return str(self.explain(path)["verdict"]["code"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain") / "文件"
    for name, content in {
        "租房合同.txt": "甲方将房屋出租给乙方，月租金五千二百元。".encode("gb18030"),
        "lease.md": b"# Lease\n\nThe monthly rent is 1,850 dollars.",
        "empty.txt": b"",
        "broken.docx": b"PK\3\4 not a zip at all",
        "noise.bin": bytes(range(256)) * 40,
        "密码.kdbx": b"x",
        "server.txt": b"-----BEGIN PRIVATE KEY-----\n" + b"QUJD" * 300 + b"\n-----END PRIVATE KEY-----\n",
        "x.part": b"x",
        ".hidden/x.txt": b"x",
        "node_modules/x.js": b"x",
        "项目/package.json": b"{}",
        "项目/build/x.txt": b"x",
        "cache/CACHEDIR.TAG": b"x",
        "cache/deep/x.txt": b"x",
        "marked/.noindex": b"",
        "repo/.git/HEAD": b"x",
        ".ssh/config": b"x",
        "草稿/x.txt": b"x",
        "Thumbs.db": b"x",
        ".docentignore": "草稿/\n".encode(),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "旧.zip").write_bytes(zip_of({"信/deposit.txt": b"The deposit is 3,700 dollars."}))
    (folder / "link.txt").symlink_to(folder / "lease.md")
    (folder / "around").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"bad-\xff.txt")).write_text("odd name, good text")
    return folder


@pytest.fixture(scope="module")
def index(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    index = Index(tmp_path_factory.mktemp("home"))
    index.pipeline.add_folder(str(folder)).result(60)
    assert index.pipeline.wait_settled(60, lambda: False)
    yield index
    index.pipeline.stop()
    index.readers.close()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("租房合同.txt", "state_text_only"),
        ("empty.txt", "reason_empty"),
        ("broken.docx", "reason_broken"),
        ("noise.bin", "reason_unsupported"),
        ("密码.kdbx", "secret_by_name"),
        ("server.txt", "reason_secret"),
        ("x.part", "rule_temporary"),
        (".hidden/x.txt", "rule_hidden"),
        ("node_modules/x.js", "rule_packages"),
        ("node_modules", "rule_packages"),
        ("项目/build/x.txt", "rule_build"),
        ("项目/build/not/there.txt", "rule_build"),
        ("cache/deep/x.txt", "rule_cache"),
        ("marked", "rule_marked"),
        ("repo/.git/HEAD", "rule_versions"),
        (".ssh/config", "rule_secret"),
        ("草稿/x.txt", "rule_pattern"),
        ("Thumbs.db", "rule_system"),
        ("link.txt", "link"),
        ("pipe", "special"),
        ("nowhere.txt", "missing"),
        ("nowhere/deep/x.txt", "missing"),
        ("项目", "folder"),
        (".", "folder"),
        ("around/租房合同.txt", "state_text_only"),
        ("项目/../lease.md", "state_text_only"),
        (os.fsdecode(b"bad-\xff.txt"), "state_text_only"),
        ("旧.zip/信/deposit.txt", "state_text_only"),
        ("旧.zip/信/none.txt", "missing"),
        ("lease.md/inside", "missing"),
        ("x" * 5000, "missing"),
        ("/proc/self", "rule_pseudo"),
        ("/etc", "not_in_folder"),
        ("/", "not_in_folder"),
    ],
)
def test_one_sentence_for_every_path(index: Index, folder: Path, name: str, code: str) -> None:
    found = index.explain(os.path.join(folder, name))
    assert found["verdict"]["code"] == code
    assert "?" not in found["verdict"]["message"] + found["verdict"]["hint"]


def test_what_is_known_of_a_file(index: Index, folder: Path) -> None:
    found = index.explain(folder / "lease.md")
    file = found["file"]
    assert found["folder"] == str(folder)
    assert (file["kind"], file["chunks"], file["embedded"], file["tries"]) == ("document", 1, 0, 0)
    assert file["anchors"]
    assert file["read"]
    assert not file["truncated"]
    assert index.explain(folder / "租房合同.txt")["file"]["languages"] == ["zh"]


def test_a_member_of_an_archive(index: Index, folder: Path) -> None:
    found = index.explain(folder / "旧.zip" / "信" / "deposit.txt")
    assert (found["on_disk"], found["file"]["container"]) == ("member", str(folder / "旧.zip"))
    assert index.explain(folder / "旧.zip")["file"]["members"] == 1


def test_the_rule_names_what_it_leaves_out_and_why(index: Index, folder: Path) -> None:
    found = index.explain(folder / "草稿" / "x.txt")
    by = f"{folder}/.docentignore:1 草稿/"
    assert found["left_out"] == {"rule": "pattern", "path": str(folder / "草稿"), "by": by, "name_kept": False}
    assert by in found["verdict"]["message"]


def test_a_folder_shows_what_came_of_its_files(index: Index, folder: Path) -> None:
    below = index.explain(folder)["below"]
    assert below["states"]["text_only"] >= 3
    assert below["left_out"]["packages"] == 1
    assert index.explain(folder / "项目")["below"] == {"states": {"no_text": 1}, "left_out": None}


def test_a_query_names_the_rank_in_each_search(index: Index, folder: Path) -> None:
    found = index.explain(folder / "lease.md", "monthly rent dollars")["query"]
    assert found["meets_conditions"]
    assert (found["rank"], found["stages"]["text"], found["stages"]["meaning"]) == (1, 1, None)
    assert index.explain(folder / "lease.md", "zufang")["query"]["rank"] is None
    assert index.explain(folder / "lease.md", "rent", kinds=("pdf",))["query"]["meets_conditions"] is False
    assert index.explain(folder / "x.part", "x")["query"] == {"meets_conditions": None, "rank": None, "stages": {}}


@pytest.mark.parametrize("path", ["", "relative.txt", "./x", "/a\0b"])
def test_what_is_no_full_path_is_refused(index: Index, path: str) -> None:
    with pytest.raises(UsageError):
        index.explain(path)


def test_changes_and_removal_show(tmp_path: Path) -> None:
    index = Index(tmp_path / "home")
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "a.txt").write_text("one")
    index.pipeline.add_folder(str(folder)).result(60)
    index.look()
    assert index.verdict(folder / "a.txt") == "state_text_only"
    (folder / "b.txt").write_text("two")
    assert index.verdict(folder / "b.txt") == "not_seen"
    (folder / "a.txt").unlink()
    assert index.verdict(folder / "a.txt") == "gone"
    index.look()
    assert index.verdict(folder / "a.txt") == "missing"
    (folder / ".docentignore").write_text("b.*\n")
    assert index.verdict(folder / "b.txt") == "rule_pattern"
    index.look()
    assert index.explain(folder / "b.txt")["file"] is None
    (folder / ".docentignore").unlink()
    index.look()
    assert index.verdict(folder / "b.txt") == "state_text_only"
    index.pipeline.remove_folder(str(folder)).result(60)
    assert index.verdict(folder / "b.txt") == "removed_folder"
    assert index.explain(folder / "b.txt")["file"] is None
    index.pipeline.stop()
    index.readers.close()


def test_every_state_reason_and_rule_has_its_sentence() -> None:
    codes = {f"state_{state}" for state in FileState} | {f"reason_{reason}" for reason in Reason if reason}
    codes |= {f"rule_{rule}" for rule in Rule}
    assert codes <= EXPLANATIONS.keys()
    for code in EXPLANATIONS:
        said = explanation(code, {})
        assert said["message"].rstrip("?").endswith((".", ": ", "until "))
        assert said["hint"]
