"""Files inside archives and messages, read in a real worker."""

from __future__ import annotations

import io
import os
import struct
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.extract.held import held
from indexer.extract.pool import ExtractPool
from indexer.model import Extraction, FileState, Reason
from tests.indexer.formats import containers, writers
from tests.indexer.formats.containers import TIME, message, tar_of, zip_of
from tests.indexer.formats.test_hostile import with_encrypted_member

LEASE = b"The deposit is paid back in May."
CONTRACT = "甲方将房屋出租给乙方使用，押金五千元。".encode()
WORD = writers.word_of("<w:p><w:r><w:t>Minutes of the meeting 会议纪要</w:t></w:r></w:p>")
BOTH = {"lease.txt": LEASE, "合同/租房合同.txt": CONTRACT}
WRITTEN = {"lease.txt": "paid back in May", "合同/租房合同.txt": "押金五千元"}
TRADITIONAL = {"契約/租屋契約.txt": LEASE}


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractPool]:
    with ExtractPool(1, ExtractLimits(members_listed=3_000)) as pool:
        yield pool


def extract(pool: ExtractPool, folder: Path, name: str, data: bytes) -> Extraction:
    path = folder / name
    path.write_bytes(data)
    return pool.submit(str(path), len(data)).result(120)


def texts(extraction: Extraction) -> dict[str, str]:
    return {
        member.name: "\n".join(chunk.text for chunk in member.extraction.chunks)
        for member in extraction.members
        if member.extraction.chunks
    }


def states(extraction: Extraction) -> dict[str, tuple[FileState, Reason]]:
    return {member.name: (member.extraction.state, member.extraction.reason) for member in extraction.members}


@dataclass(frozen=True)
class Packed:
    name: str
    data: bytes | Callable[[Path], bytes]
    inside: dict[str, str]
    times: bool = True


def by_libarchive(form: str, compression: str | None = None) -> Callable[[Path], bytes]:
    return lambda folder: containers.by_libarchive(folder / "made", BOTH, form, compression)


PACKED = (
    Packed("a.zip", zip_of(BOTH), WRITTEN, times=False),
    Packed("bzip2.zip", zip_of(BOTH, method=zipfile.ZIP_BZIP2), WRITTEN, times=False),
    Packed("lzma.zip", zip_of(BOTH, method=zipfile.ZIP_LZMA), WRITTEN, times=False),
    Packed("no-extension", zip_of(BOTH), WRITTEN, times=False),
    Packed("from-windows.zip", containers.zip_in_code_page(BOTH, "gbk"), WRITTEN, times=False),
    Packed("from-taiwan.zip", containers.zip_in_code_page(TRADITIONAL, "big5"), {"契約/租屋契約.txt": "in May"}, times=False),
    Packed("from-dos.zip", containers.zip_in_code_page({"Übersicht.txt": LEASE}, "cp437"), {"Übersicht.txt": "in May"}, times=False),
    Packed("cut.zip", zip_of(BOTH)[:-60], WRITTEN, times=False),
    Packed("a.tar", tar_of(BOTH), WRITTEN),
    Packed("gb.tar", tar_of(BOTH, codec="gb18030"), WRITTEN),
    Packed("a.tar.gz", tar_of(BOTH, "w:gz"), WRITTEN),
    Packed("a.tgz", tar_of(BOTH, "w:gz"), WRITTEN),
    Packed("a.tar.bz2", tar_of(BOTH, "w:bz2"), WRITTEN),
    Packed("a.tar.xz", tar_of(BOTH, "w:xz"), WRITTEN),
    Packed("a.tar.zst", by_libarchive("pax", "zstd"), WRITTEN),
    Packed("a.7z", by_libarchive("7zip"), WRITTEN),
    Packed("a.iso", by_libarchive("iso9660"), WRITTEN),
    Packed("a.rar", containers.rar_of(BOTH), WRITTEN),
    Packed("a.cab", containers.cab_of("协议.txt".encode("gbk"), CONTRACT), {"协议.txt": "押金五千元"}, times=False),
    Packed("表格.csv.gz", containers.gzipped("姓名,金额\n王五,300\n".encode()), {"表格.csv": "王五\t300"}, times=False),
    Packed("notes.txt.zst", lambda folder: containers.zstandard(folder / "made", CONTRACT), {"notes.txt": "押金五千元"}, times=False),
)  # fmt: skip


@pytest.mark.parametrize("packed", PACKED, ids=lambda packed: packed.name)
def test_documents_in_archives_are_documents(packed: Packed, pool: ExtractPool, tmp_path: Path) -> None:
    data = packed.data if isinstance(packed.data, bytes) else packed.data(tmp_path)
    extraction = extract(pool, tmp_path, packed.name, data)
    found = texts(extraction)
    assert found.keys() == packed.inside.keys()
    for name, text in packed.inside.items():
        assert text in found[name]
    assert extraction.state is FileState.INDEXED
    assert all(name in extraction.chunks[0].text for name in packed.inside)
    if packed.times:
        assert {member.mtime for member in extraction.members} == {TIME}
    assert all(member.size > 0 and member.extraction.content_hash for member in extraction.members)


def test_attachments_are_documents_and_the_text_stays_the_mails(pool: ExtractPool, tmp_path: Path) -> None:
    pack = zip_of({"内/会议.docx": WORD, "more.eml": message("Inner", "inner text", {"lease.txt": LEASE})})
    mail = message("合同 contract", "See what is attached.", {"会议纪要.docx": WORD, "打包.zip": pack})
    extraction = extract(pool, tmp_path, "a.eml", mail)
    assert [chunk.text for chunk in extraction.chunks if "See what is attached." in chunk.text]
    assert not [chunk.text for chunk in extraction.chunks if "Minutes" in chunk.text]
    found = texts(extraction)
    assert "Minutes of the meeting 会议纪要" in found["会议纪要.docx"]
    assert "Minutes of the meeting 会议纪要" in found["打包.zip/内/会议.docx"]
    assert "inner text" in found["打包.zip/more.eml"]
    assert "paid back in May" in found["打包.zip/more.eml/lease.txt"]
    assert {member.mtime for member in extraction.members if "/" not in member.name} == {1794477780.0}


def test_pictures_within_the_text_and_signatures_are_not_attachments(pool: ExtractPool, tmp_path: Path) -> None:
    part = "--b\nContent-Type: {}\nContent-Disposition: {}; filename={}\n{}\nx\n"
    data = "Message-ID: <1>\nMIME-Version: 1.0\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
    data += part.format("image/png", "inline", "logo.png", "Content-ID: <logo>\n")
    data += part.format("application/pkcs7-signature", "attachment", "smime.p7s", "")
    data += part.format("text/plain", "attachment", "notes.txt", "") + "--b--\n"
    assert list(states(extract(pool, tmp_path, "a.eml", data.encode()))) == ["notes.txt"]


def test_each_message_of_a_mailbox_is_found_by_itself(pool: ExtractPool, tmp_path: Path) -> None:
    old = message("租房/续约", "第一封\n\nFrom here on it is text.", {"合同.txt": CONTRACT})
    new = message("Second", "body two").replace(b"Second", "第二封".encode("gb18030"))
    for name in ("邮件.mbox", "Inbox"):
        extraction = extract(pool, tmp_path, name, containers.mailbox(old, new, new))
        found = texts(extraction)
        assert list(found) == ["第二封.eml", "第二封 (2).eml", "租房 续约.eml", "租房 续约.eml/合同.txt"]
        assert "From here on it is text." in found["租房 续约.eml"]
        assert "body two" in found["第二封.eml"]


def test_a_message_of_apple_mail(pool: ExtractPool, tmp_path: Path) -> None:
    mail = message("你好", "from the emlx")
    data = f"{len(mail):<10}\n".encode() + mail + b'<?xml version="1.0"?><plist/>'
    extraction = extract(pool, tmp_path, "1.emlx", data)
    assert extraction.info.title == "你好"


def test_what_would_be_left_out_on_disk_is_left_out(pool: ExtractPool, tmp_path: Path) -> None:
    names = (
        ".env", "a/.hidden/b.txt", "__MACOSX/._a.txt", "p/node_modules/x/readme.md", "keys.kdbx", ".ssh/config", "~$a.docx", "good.txt",
    )  # fmt: skip
    extraction = extract(pool, tmp_path, "a.zip", zip_of(dict.fromkeys(names, LEASE)))
    assert list(states(extraction)) == ["good.txt"]


def test_names_from_hell_are_harmless(pool: ExtractPool, tmp_path: Path) -> None:
    names = (
        "../../etc/passwd.txt", "/abs/目录.txt", "C:\\Users\\a\\b.txt", "a\\..\\..\\c.txt", "invoice\u202efdp.txt", "two\nlines.txt",
        "x" * 10_000 + ".txt", "..", "same.txt",
    )  # fmt: skip
    data = tar_of({**dict.fromkeys(names, LEASE), "./same.txt": CONTRACT})
    extraction = extract(pool, tmp_path, "a.tar", data)
    listed = list(states(extraction))
    assert listed[:6] == [
        "etc/passwd.txt",
        "abs/目录.txt",
        "Users/a/b.txt",
        "a/c.txt",
        "invoice fdp.txt",
        "two lines.txt",
    ]
    assert len(listed[6]) == 400
    assert listed[6].endswith("….txt")
    assert listed[-2:] == ["same.txt", "same (2).txt"]
    assert all(state is FileState.INDEXED for state, _ in states(extraction).values())


def test_a_member_with_a_password_is_listed(pool: ExtractPool, tmp_path: Path) -> None:
    data = with_encrypted_member(zip_of({"密码.txt": LEASE}), "密码.txt".encode())
    extraction = extract(pool, tmp_path, "locked.zip", data)
    assert states(extraction) == {"密码.txt": (FileState.NAME_ONLY, Reason.ENCRYPTED)}
    assert (extraction.state, extraction.reason) == (FileState.INDEXED, Reason.ENCRYPTED)
    half = with_encrypted_member(zip_of({"密码.txt": LEASE, "open.txt": LEASE}), "密码.txt".encode())
    assert extract(pool, tmp_path, "half.zip", half).reason is Reason.NONE


def test_a_broken_member_costs_itself_alone(pool: ExtractPool, tmp_path: Path) -> None:
    data = bytearray(
        zip_of({"bad.txt": LEASE, "bad.docx": b"PK\3\4 not really", "good.txt": CONTRACT}, method=zipfile.ZIP_STORED)
    )
    data[data.index(LEASE)] ^= 0xFF
    found = states(extract(pool, tmp_path, "a.zip", bytes(data)))
    assert found["bad.txt"][1] is Reason.BROKEN
    assert found["bad.docx"] == (FileState.FAILED, Reason.BROKEN)
    assert found["good.txt"] == (FileState.INDEXED, Reason.NONE)


def test_programs_are_no_archives_of_documents(pool: ExtractPool, tmp_path: Path) -> None:
    for name in ("tool.jar", "app.apk", "model.pages"):
        extraction = extract(pool, tmp_path, name, zip_of(BOTH))
        assert (extraction.state, extraction.reason) == (FileState.NAME_ONLY, Reason.UNSUPPORTED)
        assert extraction.members == ()


def test_an_archive_above_the_size_limit_is_listed_and_not_read(tmp_path: Path) -> None:
    data = zip_of({"合同.txt": CONTRACT, "noise.bin": os.urandom(5_000)})
    with ExtractPool(1, ExtractLimits(file_bytes=4_000)) as pool:
        listed = extract(pool, tmp_path, "large.zip", data)
        other = extract(pool, tmp_path, "large.tar", tar_of({"合同.txt": CONTRACT}))
    assert set(states(listed).values()) == {(FileState.NAME_ONLY, Reason.TOO_LARGE)}
    assert "合同.txt" in states(listed)
    assert (other.reason, other.members) == (Reason.TOO_LARGE, ())


class TestTraps:
    def test_numbers_beyond_all_measure_are_not_believed(self, pool: ExtractPool, tmp_path: Path) -> None:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for name, mtime in (("late.txt", 10**24), ("early.txt", -(10**24)), ("epoch.txt", 0)):
                entry = tarfile.TarInfo(name)
                entry.mtime, entry.size = mtime, len(LEASE)
                archive.addfile(entry, io.BytesIO(LEASE))
            entry = tarfile.TarInfo("endless.txt")
            entry.size = 10**24
            out.write(entry.tobuf(tarfile.GNU_FORMAT))
        extraction = extract(pool, tmp_path, "a.tar", out.getvalue())
        assert {member.mtime for member in extraction.members} == {None}
        assert set(texts(extraction)) >= {"late.txt", "early.txt", "epoch.txt"}
        assert all(member.size < 1 << 60 for member in extraction.members)

    def test_overlapping_members_are_not_read(self, pool: ExtractPool, tmp_path: Path) -> None:
        extraction = extract(pool, tmp_path, "a.zip", containers.overlapping_zip(2_000, 4 << 20))
        assert len(extraction.members) == 2_000
        assert texts(extraction) == {}
        assert set(states(extraction).values()) == {(FileState.FAILED, Reason.BROKEN)}

    def test_archives_in_archives_end_at_the_third(self, pool: ExtractPool, tmp_path: Path) -> None:
        extraction = extract(pool, tmp_path, "42.zip", containers.nested_zip(5, 2, {"0.txt": LEASE}))
        assert max(name.count("/") for name in states(extraction)) == 2
        deepest = states(extraction)["0.zip/0.zip/0.zip"]
        assert deepest == (FileState.NAME_ONLY, Reason.TOO_LARGE)

    def test_a_swelling_file_is_cut_off(self, pool: ExtractPool, tmp_path: Path) -> None:
        zeros = containers.gzipped(bytes(200 << 20))
        extraction = extract(pool, tmp_path, "zeros.txt.gz", zeros)
        assert states(extraction) == {"zeros.txt": (FileState.NAME_ONLY, Reason.TOO_LARGE)}
        bombs = zip_of({f"{number}.gz": zeros for number in range(5)})
        assert extract(pool, tmp_path, "bombs.zip", bombs).reason is Reason.TOO_LARGE

    def test_too_many_members_are_listed_up_to_the_limit(self, pool: ExtractPool, tmp_path: Path) -> None:
        extraction = extract(pool, tmp_path, "many.tar.gz", tar_of({f"{n}.txt": b"" for n in range(4_000)}, "w:gz"))
        assert len(extraction.members) == 3_000
        assert (extraction.state, extraction.reason) == (FileState.INDEXED, Reason.TOO_LARGE)
        assert extraction.truncated

    def test_a_million_members_are_not_even_listed(self, pool: ExtractPool, tmp_path: Path) -> None:
        entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, *[0] * 13, 0)[:46]
        directory = (entry[:28] + b"\5\0" + entry[30:] + b"a.txt") * 1_000_000
        end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), 4, 0)
        extraction = extract(pool, tmp_path, "million.zip", b"PK\3\4" + directory + end)
        assert (extraction.state, extraction.reason) == (FileState.NAME_ONLY, Reason.TOO_LARGE)

    def test_random_damage_never_costs_the_worker(self, pool: ExtractPool, tmp_path: Path) -> None:
        made = [zip_of(BOTH), tar_of(BOTH, "w:gz"), containers.rar_of(BOTH), by_libarchive("7zip")(tmp_path)]
        for number, data in enumerate(made):
            for position in range(0, len(data), max(1, len(data) // 12)):
                damaged = data[:position] + bytes([data[position] ^ 0x55]) + data[position + 1 :]
                extraction = extract(pool, tmp_path, f"{number}-{position}", damaged)
                assert extraction.reason not in {Reason.CRASHED, Reason.TIMEOUT}


def test_a_member_that_kills_its_worker_costs_itself_alone(tmp_path: Path) -> None:
    program = tmp_path / "fragile.py"
    program.write_text(
        "import os, sys\n"
        "from indexer.extract import worker\n"
        "from indexer.formats import plain\n"
        "real = plain.read\n"
        "def fragile(path, info, limits):\n"
        "    if b'poison' in path.read_bytes():\n"
        "        os.abort()\n"
        "    return real(path, info, limits)\n"
        "plain.read = fragile\n"
        "sys.exit(worker.main())\n"
    )
    data = zip_of({"1.txt": LEASE, "2.txt": b"poison", "in.zip": zip_of({"3.txt": b"poison"}), "4.txt": CONTRACT})
    with ExtractPool(1, ExtractLimits(), (sys.executable, str(program))) as pool:
        extraction = extract(pool, tmp_path, "a.zip", data)
    found = states(extraction)
    assert found["2.txt"] == found["in.zip/3.txt"] == (FileState.FAILED, Reason.CRASHED)
    assert found["1.txt"] == found["4.txt"] == (FileState.INDEXED, Reason.NONE)
    assert (extraction.state, extraction.reason) == (FileState.INDEXED, Reason.NONE)


@pytest.mark.parametrize("in_memory", [True, False])
class TestHeld:
    def test_it_is_there_for_as_long_as_it_is_read(self, in_memory: bool) -> None:
        with held([b"ab", b"", b"c"], 3, in_memory=in_memory) as copy:
            assert copy.path.read_bytes() == copy.path.read_bytes() == b"abc"
            assert copy.size == 3
        assert not os.path.exists(copy.path)

    def test_it_has_a_limit(self, in_memory: bool) -> None:
        with pytest.raises(UnreadableDocument) as caught, held([b"ab", b"cd"], 3, in_memory=in_memory):
            pass
        assert caught.value.reason is Reason.TOO_LARGE


def test_what_a_killed_process_left_behind_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, alive = tmp_path / "docent-member-4194304-x", tmp_path / f"docent-member-{os.getpid()}-x"
    left.touch()
    alive.touch()
    with held([b"a"], 1, in_memory=False) as copy:
        assert copy.path.parent == tmp_path
    assert list(tmp_path.iterdir()) == [alive]
