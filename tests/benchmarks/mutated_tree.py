"""A tree of small text files and everything that people and programs do to one."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import threading
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

_WORDS = "合同 预算 會議 lease report note 照片 invoice Übung 한글".split()


class Tree:
    """The files, and the operations on them. Each is done while nobody asks, so that an answer can be judged."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.folder = folder
        self.dice = dice
        self.busy = threading.Lock()
        self.spoken: list[str] = ["hedgehog"]
        """Words that stand or stood in a file or its name."""
        self.operations = 0

    def files(self) -> list[Path]:
        return [Path(base) / name for base, _, names in os.walk(self.folder) for name in names]

    def folders(self) -> list[Path]:
        return [Path(base) for base, _, _ in os.walk(self.folder)]

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        self.operations += 1
        with self.busy:
            yield

    def text(self) -> str:
        word = f"w{self.dice.getrandbits(40):x}"
        self.spoken.append(word)
        return (
            f"{self.dice.choice(_WORDS)} {word} 第{self.dice.randrange(1000)}号 "
            + "lorem ipsum " * self.dice.randrange(30)
        )

    def name(self) -> str:
        word = f"{self.dice.choice(_WORDS)}{self.dice.randrange(10_000_000)}"
        self.spoken.append(word)
        return f"{word}.{self.dice.choice(('txt', 'md', 'csv'))}"

    def some(self, count: int) -> list[Path]:
        files = self.files()
        return self.dice.sample(files, min(count, len(files)))

    def place(self) -> Path:
        return self.dice.choice(self.folders())

    def create(self, count: int) -> None:
        for _ in range(count):
            with self.changing():
                (self.place() / self.name()).write_text(self.text(), encoding="utf-8")

    def edit(self, count: int) -> None:
        for path in self.some(count):
            with self.changing():
                path.write_text(self.text(), encoding="utf-8")

    def append(self, count: int) -> None:
        for path in self.some(count):
            with self.changing(), path.open("a", encoding="utf-8") as file:
                file.write("\n\n" + self.text())

    def save_by_rename(self, count: int) -> None:
        for path in self.some(count):
            with self.changing():
                draft = path.with_name(f".{path.name}.swp")
                draft.write_text(self.text(), encoding="utf-8")
                draft.replace(path)

    def storm(self, count: int) -> None:
        for path in self.some(count):
            for _ in range(20):
                with self.changing():
                    path.write_text(self.text(), encoding="utf-8")

    def rename(self, count: int) -> None:
        for path in self.some(count):
            with self.changing():
                path.rename(path.with_name(self.name()))

    def rename_form(self, count: int) -> None:
        for path in self.some(count):
            form = "NFD" if unicodedata.is_normalized("NFC", path.name) else "NFC"
            other = unicodedata.normalize(form, path.name)
            with self.changing():
                path.rename(path.with_name(other if other != path.name else path.name.swapcase()))

    def move(self, count: int) -> None:
        for path in self.some(count):
            with self.changing():
                path.rename(self.place() / self.name())

    def swap(self, count: int) -> None:
        for one, other in zip(self.some(count), self.some(count), strict=False):
            if one != other and one.exists() and other.exists():
                with self.changing():
                    aside = one.with_name(f".{one.name}.aside")
                    one.rename(aside)
                    other.rename(one)
                    aside.rename(other)

    def delete(self, count: int) -> None:
        for path in self.some(count):
            with self.changing():
                path.unlink()

    def make_tree(self, count: int) -> None:
        for _ in range(count):
            top = self.place() / f"tree {self.dice.randrange(1_000_000)}"
            for inner in ("", "a", "a/b", "c"):
                with self.changing():
                    (top / inner).mkdir(parents=True, exist_ok=True)
                    (top / inner / self.name()).write_text(self.text(), encoding="utf-8")

    def _tree(self) -> Path | None:
        trees = [path for path in self.folders() if path != self.folder]
        return self.dice.choice(trees) if trees else None

    def rename_tree(self, count: int) -> None:
        for _ in range(count):
            if tree := self._tree():
                with self.changing():
                    tree.rename(tree.with_name(f"renamed {self.dice.randrange(1_000_000)}"))

    def move_tree(self, count: int) -> None:
        for _ in range(count):
            tree, place = self._tree(), self.place()
            if tree and not place.is_relative_to(tree):
                with self.changing():
                    tree.rename(place / f"moved {self.dice.randrange(1_000_000)}")

    def copy_tree(self, count: int) -> None:
        for _ in range(count):
            tree = self._tree()
            if tree and len(list(tree.rglob("*"))) < 200:
                with self.changing():
                    shutil.copytree(tree, self.folder / f"copy {self.dice.randrange(1_000_000)}")

    def delete_tree(self, count: int) -> None:
        for _ in range(count):
            if (tree := self._tree()) and len(list(tree.rglob("*"))) < 400:
                with self.changing():
                    shutil.rmtree(tree)

    def file_to_folder(self, count: int) -> None:
        for path in self.some(count):
            with self.changing():
                path.unlink()
                path.mkdir()
                (path / self.name()).write_text(self.text(), encoding="utf-8")

    def ignore(self, count: int) -> None:
        for _ in range(count):
            with self.changing():
                (self.place() / f"half {self.dice.random()}.part").write_text("not yet")
                (self.place() / f"~$lock {self.dice.random()}.docx").write_text("x")

    @property
    def kinds(self) -> list[Callable[[int], None]]:
        return [
            self.create, self.edit, self.append, self.save_by_rename, self.storm, self.rename, self.rename_form, self.move,
            self.swap, self.delete, self.make_tree, self.rename_tree, self.move_tree, self.copy_tree, self.delete_tree,
            self.file_to_folder, self.ignore,
        ]  # fmt: skip
