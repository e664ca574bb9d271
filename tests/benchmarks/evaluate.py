"""Finds the known files of the evaluation sets through the real command and prints one table.

    python tests/benchmarks/evaluate.py SHARED [--sets wiki_en,wiki_zh] [--out results.json] [--keep DIR]

SHARED holds `eval/qa`, `eval/deskset` and `prototypes/e5/low_overlap_eval.py`; what is missing is left out
with a word. Each set is indexed in a home of its own by `docent index --wait` and asked by
`docent find --stdin --json`, once with all searches and once with each alone.

Where Recoll is installed (Debian: recollcmd) the same questions go to it in the same run, as typed and with any
word. A row ends with the change of R@1 since the results in `--out` were written, if they are there.

R@k: share of queries with the right file among the first k. MRR: mean reciprocal rank within ten.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from urllib.parse import unquote

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCENT = [str(ROOT / ".venv/bin/python"), "-m", "assistant.cli"]
STAGES = ("name", "text", "meaning", "")


@dataclass(frozen=True)
class Case:
    query: str
    relevant: frozenset[str]


@dataclass(frozen=True)
class Score:
    r1: float
    r5: float
    mrr: float
    p50: float
    p95: float

    def row(self) -> str:
        return f"{self.r1:6.3f} {self.r5:6.3f} {self.mrr:6.3f} {self.p50:7.1f} {self.p95:7.1f}"


class Home:
    """A Docent of its own with one folder indexed."""

    def __init__(self, work: pathlib.Path, folder: pathlib.Path) -> None:
        models = pathlib.Path(os.environ.get("DOCENT_TEST_MODELS", ROOT / ".cache/models"))
        home = work / "home"
        home.mkdir(parents=True)
        (home / "models").symlink_to(models)
        self.env = {**os.environ, "DOCENT_HOME": str(home), "PYTHONPATH": str(ROOT)}
        began = time.monotonic()
        self.run("index", str(folder), "--wait")
        self.seconds = time.monotonic() - began

    def run(self, *args: str, text: str | None = None) -> str:
        done = subprocess.run(
            [*DOCENT, *args], input=text, env=self.env, capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode not in (0, 1):
            sys.exit(f"docent {args[0]}: exit {done.returncode}: {done.stderr[-400:]}")
        return done.stdout

    def find(self, queries: list[str], stage: str) -> list[dict]:
        extra = ["--stages", stage] if stage else []
        lines = "".join(query.replace("\n", " ") + "\n" for query in queries)
        return [
            json.loads(line)
            for line in self.run("find", "--stdin", "--json", "--limit", "10", *extra, text=lines).splitlines()
        ]

    def close(self) -> None:
        self.run("engine", "stop")


class Recoll:
    """Recoll with its own settings and one folder indexed."""

    def __init__(self, work: pathlib.Path, folder: pathlib.Path) -> None:
        self._config = work / "recoll"
        self._config.mkdir()
        (self._config / "recoll.conf").write_text(f"topdirs = {folder}\n", encoding="utf-8")
        subprocess.run(["recollindex", "-c", self._config], check=True, capture_output=True)

    def find(self, queries: list[str], *extra: str) -> list[dict]:
        return [self._found(re.sub(r"[^\w\s]", " ", query), extra) for query in queries]

    def _found(self, query: str, extra: tuple[str, ...]) -> dict:
        began = time.monotonic()
        command = ["recollq", "-c", str(self._config), "-n", "10", "-b", *extra, query]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        paths = [
            unquote(line.removeprefix("file://")) for line in done.stdout.splitlines() if line.startswith("file://")
        ]
        return {"hits": [{"path": path} for path in paths], "took_ms": (time.monotonic() - began) * 1000}


def score(cases: list[Case], answers: list[dict], folder: pathlib.Path) -> Score:
    ranks = []
    for case, answer in zip(cases, answers, strict=True):
        paths = [os.path.relpath(hit["path"], folder) for hit in answer["hits"]]
        ranks.append(next((rank for rank, path in enumerate(paths, 1) if path in case.relevant), 0))
    took = sorted(answer["took_ms"] for answer in answers)
    return Score(
        r1=statistics.mean(rank == 1 for rank in ranks),
        r5=statistics.mean(0 < rank <= 5 for rank in ranks),
        mrr=statistics.mean(1 / rank if rank else 0.0 for rank in ranks),
        p50=statistics.median(took),
        p95=took[int(len(took) * 0.95)],
    )


def qa_set(shared: pathlib.Path, name: str, work: pathlib.Path) -> tuple[pathlib.Path, dict[str, list[Case]]]:
    qa = shared / "eval/qa"
    subprocess.run([sys.executable, qa / "make_qa.py", qa / f"{name}.jsonl", work], check=True)
    rows = [json.loads(line) for line in (work / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    cases = [Case(row["query"], frozenset(row["relevant"])) for row in rows]
    return work, {name: cases}


def low_overlap_set(shared: pathlib.Path, work: pathlib.Path) -> tuple[pathlib.Path, dict[str, list[Case]]]:
    """Small files in both languages, asked with other words and in the other language."""
    tree = ast.parse((shared / "prototypes/e5/low_overlap_eval.py").read_text(encoding="utf-8"))
    table = next(node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "F")
    same, cross = [], []
    for path, text, chinese, english in ast.literal_eval(table):
        file = work / "files" / (path + ".txt")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        own, other = (chinese, english) if any("\u4e00" <= char <= "\u9fff" for char in text) else (english, chinese)
        relevant = frozenset([f"files/{path}.txt"])
        same.append(Case(own, relevant))
        cross.append(Case(other, relevant))
    return work, {"low_overlap": same, "cross_language": cross}


class Table:
    """Prints rows as they come and keeps them; `last` are the rows of an earlier run."""

    def __init__(self, last: dict[str, dict]) -> None:
        self.rows: dict[str, dict] = {}
        self._last = last
        print(
            f"{'set':16}{'search':11}{'n':>5} {'R@1':>6} {'R@5':>6} {'MRR':>6} {'p50 ms':>7} {'p95 ms':>7}  R@1 since"
        )

    def add(self, group: str, search: str, count: int, result: Score) -> None:
        key = f"{group}/{search}"
        self.rows[key] = asdict(result)
        before = self._last.get(key)
        change = f"  {result.r1 - before['r1']:+.3f}" if before else ""
        print(f"{group:16}{search:11}{count:5} {result.row()}{change}", flush=True)


def run_set(name: str, folder: pathlib.Path, groups: dict[str, list[Case]], work: pathlib.Path, table: Table) -> None:
    home = Home(work / f"docent-{name}", folder / "files")
    try:
        for group, cases in groups.items():
            for stage in STAGES:
                answers = home.find([case.query for case in cases], stage)
                table.add(group, stage or "fused", len(cases), score(cases, answers, folder))
    finally:
        home.close()
    print(f"{'':16}indexed in {home.seconds:.0f} s", flush=True)
    if shutil.which("recollq"):
        recoll = Recoll(work / f"docent-{name}", folder / "files")
        for group, cases in groups.items():
            for search, extra in (("recoll", ()), ("recoll any", ("-o",))):
                answers = recoll.find([case.query for case in cases], *extra)
                table.add(group, search, len(cases), score(cases, answers, folder))


def deskset(shared: pathlib.Path, work: pathlib.Path, out: pathlib.Path, python: str) -> None:
    common = shared / "eval/deskset/common"
    root = work / "dev"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([python, common / "make_deskset.py", "--split", "dev", "--out", root], check=True, env=env)
    home = work / "docent-deskset"
    home.mkdir()
    (home / "models").symlink_to(pathlib.Path(os.environ.get("DOCENT_TEST_MODELS", ROOT / ".cache/models")))
    queries = shared / "eval/deskset/dev/queries_dev.jsonl"
    command = [python, common / "score_deskset.py", "--queries", queries, "--root", root, "--cmd", " ".join(DOCENT)]
    subprocess.run([*command, "--home", home, "--json", out, "--misses"], check=False, env=env)
    subprocess.run([*DOCENT, "engine", "stop"], env={**env, "DOCENT_HOME": str(home)}, check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("--sets", default="wiki_en,wiki_zh,papers_en,low_overlap,deskset")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/eval.json"))
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has deskset's requirements")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    table = Table(json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else {})
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        for name in options.sets.split(","):
            folder = work / name
            folder.mkdir()
            if name == "deskset":
                deskset(options.shared, folder, options.out.with_name("deskset.json"), options.python)
                continue
            made = (
                low_overlap_set(options.shared, folder)
                if name == "low_overlap"
                else qa_set(options.shared, name, folder)
            )
            run_set(name, *made, work, table)
    options.out.write_text(json.dumps(table.rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
