"""Writes compound files ([MS-CFB]) for the tests: storages are dictionaries, streams are bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

Tree = dict[str, "bytes | Tree"]
SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT_SECTOR, NO_ENTRY = 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFD, 0xFFFF_FFFF


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    child: int = NO_ENTRY
    right: int = NO_ENTRY
    start: int = END
    size: int = 0


@dataclass
class _Writer:
    entries: list[_Entry] = field(default_factory=list)
    sectors: list[bytes] = field(default_factory=list)
    table: list[int] = field(default_factory=list)

    def add_tree(self, tree: Tree) -> int:
        """Siblings hang on each other to the right, which readers must take however deep it goes."""
        first = last = NO_ENTRY
        for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
            number = len(self.entries)
            self.entries.append(_Entry(name, 1 if isinstance(content, dict) else 2))
            if isinstance(content, dict):
                self.entries[number].child = self.add_tree(content)
            else:
                self.entries[number].data = content
            if last == NO_ENTRY:
                first = number
            else:
                self.entries[last].right = number
            last = number
        return first

    def chain(self, data: bytes) -> int:
        count = -(-len(data) // SECTOR)
        start = len(self.sectors)
        for index in range(count):
            self.sectors.append(data[index * SECTOR : (index + 1) * SECTOR].ljust(SECTOR, b"\0"))
            self.table.append(start + index + 1 if index + 1 < count else END)
        return start if count else END


def compound(tree: Tree) -> bytes:
    writer = _Writer([_Entry("Root Entry", 5)])
    writer.entries[0].child = writer.add_tree(tree)
    mini, mini_table = b"", list[int]()
    for entry in writer.entries[1:]:
        entry.size = len(entry.data)
        if entry.size >= CUTOFF:
            entry.start = writer.chain(entry.data)
        elif entry.size:
            count = -(-entry.size // MINI)
            entry.start = len(mini_table)
            mini_table += [*range(entry.start + 1, entry.start + count), END]
            mini += entry.data.ljust(count * MINI, b"\0")
    root = writer.entries[0]
    root.start, root.size = writer.chain(mini), len(mini)
    mini_start = writer.chain(_numbers(mini_table))
    directory = writer.chain(b"".join(map(_entry, writer.entries)))
    fat_start = len(writer.sectors)
    fat_sectors = 1
    while fat_sectors * (SECTOR // 4) < fat_start + fat_sectors:
        fat_sectors += 1
    table = _numbers(writer.table + [FAT_SECTOR] * fat_sectors).ljust(fat_sectors * SECTOR, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, directory, 0, CUTOFF,
        mini_start, -(-len(mini_table) * 4 // SECTOR), END, 0,
    )  # fmt: skip
    numbers = [*range(fat_start, fat_start + fat_sectors)]
    assert len(numbers) <= 109
    return header + _numbers(numbers + [FREE] * (109 - len(numbers))) + b"".join(writer.sectors) + table


def _numbers(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _entry(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    head = struct.pack("<64sHBBIII", name, len(name), entry.kind, 1, NO_ENTRY, entry.right, entry.child)
    return head + bytes(36) + struct.pack("<IQ", entry.start, entry.size)
