"""What is left out and by which rule: by path alone, by what stands beside it, by settings."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from indexer.config import RuleConfig
from indexer.rules.book import Level, Rules
from indexer.rules.names import has_hidden_flag
from indexer.rules.places import pseudo_folders
from indexer.rules.rule import Rule
from indexer.rules.secrets import is_secret_file, is_secret_place, lies_in_secret_place
from tests.indexer.rules.walk import Seen, walk

BY_PATH = [
    # Linux
    ("/home/ly/文档/租房合同.pdf", None),
    ("/home/ly/build/notes.md", None),
    ("/home/ly/目标/target/计划.docx", None),
    ("/home/ly/dist/", None),
    ("/home/ly/cvs/2026.pdf", None),
    ("/home/ly/.bashrc", "hidden"),
    ("/home/ly/.config/app/settings.ini", "hidden"),
    ("/home/ly/.cache/thumb.png", "cache"),
    ("/home/ly/src/node_modules/left-pad/README.md", "packages"),
    ("/home/ly/src/venv/lib/x.py", "packages"),
    ("/home/ly/src/__pycache__/x.pyc", "cache"),
    ("/home/ly/src/.git/config", "versions"),
    ("/home/ly/src/.svn/", "versions"),
    ("/home/ly/src/.idea/workspace.xml", "cache"),
    ("/home/ly/anaconda3/lib/python3.11/site-packages/numpy/LICENSE", "packages"),
    ("/home/ly/.local/share/Trash/files/旧.txt", "hidden"),
    ("/media/usb/.Trash-1000/files/旧.txt", "system"),
    ("/media/usb/lost+found/", "system"),
    ("/home/ly/文档/.~lock.合同.odt#", "temporary"),
    ("/home/ly/文档/合同.odt~", "temporary"),
    ("/home/ly/文档/.合同.txt.swp", "temporary"),
    ("/home/ly/下载/电影.mkv.part", "temporary"),
    ("/home/ly/poetry.lock", "temporary"),
    ("/home/ly/.goutputstream-AB12", "temporary"),
    ("/proc/1/status", "pseudo"),
    ("/sys/kernel/", "pseudo"),
    ("/dev/shm/x", "pseudo"),
    ("/run/user/1000/gvfs/nas/合同.pdf", "pseudo"),
    ("/home/ly/.ssh/known_hosts", "secret"),
    ("/backup/home/ly/.ssh/config", "secret"),
    ("/home/ly/.gnupg/trustdb.gpg", "secret"),
    ("/home/ly/.password-store/银行.gpg", "secret"),
    ("/home/ly/.local/share/keyrings/login.keyring", "hidden"),
    ("/home/ly/.mozilla/firefox/abc.default/logins.json", "hidden"),
    ("/home/ly/.bitcoin/wallet.dat", "secret"),
    ("/home/ly/.aws/credentials", "secret"),
    ("/home/ly/.kube/config", "secret"),
    ("/home/ly/.netrc", "secret"),
    ("/home/ly/src/.env", "secret"),
    ("/home/ly/src/.env.local", "secret"),
    ("/home/ly/src/prod.env", "name only"),
    ("/home/ly/src/env.md", None),
    ("/home/ly/src/environment.txt", None),
    ("/home/ly/keys/id_rsa", "name only"),
    ("/home/ly/keys/id_ed25519_work", "name only"),
    ("/home/ly/keys/id_rsa.bak", "name only"),
    ("/home/ly/keys/id_rsa.pub", None),
    ("/home/ly/keys/id_rsa_howto.md", None),
    ("/home/ly/文档/密码.kdbx", "name only"),
    ("/home/ly/文档/证书.p12", "name only"),
    ("/home/ly/文档/证书.pem", None),
    ("/home/ly/文档/签名.asc", None),
    ("/home/ly/文档/演示.key", None),
    ("/home/ly/文档/公司.ovpn", "name only"),
    ("/home/ly/文档/Chrome Passwords.csv", "name only"),
    ("/home/ly/文档/如何保管密码.docx", None),
    ("/home/ly/文档/passwords policy.pdf", None),
    ("/home/ly/src/credentials.json", "name only"),
    ("/home/ly/-rf.txt", None),
    ("/home/ly/坏\udcff名.txt", None),
    ("/home/ly/行\n尾.txt", None),
    # macOS
    ("/Users/li/Documents/报告.pages", None),
    ("/Users/li/.DS_Store", "system"),
    ("/Users/li/Documents/._报告.pages", "system"),
    ("/Users/li/Documents/Icon\r", "system"),
    ("/Applications/Safari.app/Contents/Info.plist", "packages"),
    ("/Users/li/Pictures/照片图库.photoslibrary/originals/1.heic", "packages"),
    ("/Users/li/Library/Keychains/login.keychain-db", "secret"),
    ("/Users/li/Library/Application Support/Google/Chrome/Default/History", "secret"),
    ("/Users/li/Library/Application Support/Firefox/Profiles/x/key4.db", "secret"),
    ("/Users/li/Library/Safari/History.db", "secret"),
    ("/Users/li/Library/Ethereum/keystore/UTC--2026", "secret"),
    ("/Users/li/Pictures/Library/Safari/狮子.jpg", None),
    ("/Volumes/盘/.Spotlight-V100/Store-V2/", "system"),
    ("/Volumes/盘/.Trashes/501/x.txt", "system"),
    ("/Volumes/盘/资料.noindex/x.txt", "marked"),
    ("/Users/li/Downloads/书.epub.download", "temporary"),
    # Windows
    ("C:/Users/王/Documents/~$合同.docx", "temporary"),
    ("C:/Users/王/Documents/合同.docx", None),
    ("C:/Users/王/Pictures/Thumbs.db", "system"),
    ("C:/Users/王/Desktop/desktop.ini", "system"),
    ("C:/Users/王/NTUSER.DAT", "system"),
    ("C:/pagefile.sys", "system"),
    ("D:/$RECYCLE.BIN/S-1-5/x.docx", "system"),
    ("D:/System Volume Information/x", "system"),
    ("C:/Users/王/AppData/Local/Temp/x.txt", "hidden"),
    ("C:/Users/王/Downloads/游戏.zip.xltd", "temporary"),
    ("C:/Users/王/Downloads/未确认 1234.crdownload", "temporary"),
    ("C:/Users/王/Documents/WeChat Files/合同.pdf", None),
    ("E:/#recycle/x.txt", "system"),
    ("E:/照片/@eaDir/1.jpg", "system"),
]
SECRET_FOLDERS = [
    r"C:\Users\王\.ssh",
    r"C:\Users\王\AppData\Roaming\Mozilla\Firefox\Profiles",
    r"C:\Users\王\AppData\Local\Google\Chrome\User Data",
    r"C:\Users\王\AppData\Local\Microsoft\Edge\User Data",
    r"C:\Users\王\AppData\Local\360Chrome\Chrome\User Data",
    r"C:\Users\王\AppData\Roaming\Microsoft\Protect",
    r"C:\Users\王\AppData\Roaming\Electrum",
    "/home/ly/.config/google-chrome",
    "/home/ly/.var/app/com.google.Chrome/config/google-chrome",
    "/home/ly/snap/firefox/common/.mozilla/firefox",
    "/home/ly/.local/share/keyrings",
    "/home/ly/.config/gcloud",
    "/home/ly/.config/exodus",
    "/home/ly/.ethereum/keystore",
    "/home/ly/.electrum/",
]
ORDINARY_FOLDERS = ["/home/ly/ssh", "/home/ly/google-chrome", "/home/ly/Bitcoin 研究", "/home/ly/keystore", "/", "", r"C:\Users\王\AWS"]  # fmt: skip


def verdict(rules: Rules, path: str) -> str | None:
    """Walks down to `path` as a scan does, in folders that hold nothing else."""
    *parents, last = path.split("/")
    level = Level("", ())
    for depth in range(1, len(parents) + 1):
        folder = "/".join(parents[:depth])
        out = rules.folder_rule(folder, level) if folder else None
        if out:
            return out.rule
    if not last:
        return None
    out = rules.file_rule(path, level)
    return None if out is None else "name only" if out.name_kept else out.rule.value


@pytest.mark.parametrize(("path", "expected"), BY_PATH)
def test_by_path(path: str, expected: str | None) -> None:
    assert verdict(Rules(RuleConfig()), path) == expected


def test_the_table_is_long_enough() -> None:
    assert len(BY_PATH) + len(SECRET_FOLDERS) + len(ORDINARY_FOLDERS) >= 100


@pytest.mark.parametrize("path", SECRET_FOLDERS)
def test_secret_places(path: str) -> None:
    assert is_secret_place(path)
    inside = path.rstrip("/") + "/deep/er"
    assert lies_in_secret_place(inside) == path.rstrip("/")


@pytest.mark.parametrize("path", ORDINARY_FOLDERS)
def test_ordinary_places(path: str) -> None:
    assert lies_in_secret_place(path) == ""


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        (r"C:\Users\王\.docker\config.json", True),
        (r"C:\项目\config.json", False),
        ("/home/ly/.cargo/credentials.toml", True),
        ("/home/ly/src/.env.example", False),
        ("/home/ly/src/app.example.env", False),
    ],
)
def test_secret_files(path: str, secret: bool) -> None:
    assert is_secret_file(path) is secret


def test_with_hidden_files_on_only_secrets_and_debris_stay_out() -> None:
    rules = Rules(RuleConfig(hidden=True))
    for path, expected in (
        ("/home/ly/.bashrc", None),
        ("/home/ly/.config/app/设置.ini", None),
        ("/home/ly/.git/config", "versions"),
        ("/home/ly/.cache/x", "cache"),
        ("/home/ly/.ssh/config", "secret"),
        ("/home/ly/.mozilla/firefox/x/logins.json", "secret"),
        ("/home/ly/.local/share/keyrings/x", "secret"),
        ("/home/ly/src/.env", "name only"),
        ("C:/Users/王/AppData/x.txt", "hidden"),
    ):
        assert verdict(rules, path) == expected


def test_what_windows_and_macos_hide() -> None:
    assert has_hidden_flag(SimpleNamespace(st_file_attributes=0x22))
    assert has_hidden_flag(SimpleNamespace(st_flags=0x8000))
    assert not has_hidden_flag(SimpleNamespace(st_file_attributes=0x20, st_flags=0))
    assert not has_hidden_flag(None)


def test_pseudo_file_systems_are_read_from_the_mounts(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "36 35 98:0 / /mnt/数据\\040盘 rw,noatime shared:1 - ext4 /dev/sda1 rw\n"
        "40 35 0:21 / /srv/c\\040g rw - cgroup2 cgroup2 rw\n"
        "nonsense\n",
        encoding="utf-8",
    )
    assert pseudo_folders(str(mounts)) >= {"/proc", "/srv/c g"}
    assert "/mnt/数据 盘" not in pseudo_folders(str(mounts))
    assert pseudo_folders(str(tmp_path / "none")) >= {"/proc", "/sys", "/dev"}


# -- on a disk


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_text("x")


def scan(root: Path, config: RuleConfig = RuleConfig()) -> Seen:  # noqa: B008 - it cannot be changed
    return walk(str(root), Rules(config))


def below(root: Path, files: list[str]) -> set[str]:
    return {os.path.relpath(path, root) for path in files}


def kept(root: Path, config: RuleConfig = RuleConfig()) -> set[str]:  # noqa: B008 - as above
    return below(root, scan(root, config).files)


@pytest.mark.parametrize(
    "mark", ["pyproject.toml", "package.json", "Cargo.toml", "pom.xml", "CMakeLists.txt", "Foo.csproj", ".git/HEAD"]
)
def test_build_folders_are_left_out_beside_a_source_project_only(tmp_path: Path, mark: str) -> None:
    make(
        tmp_path,
        f"src/{mark}",
        "src/main.c",
        "src/build/x.txt",
        "src/dist/y.txt",
        "src/deep/build/z.txt",
        "房子/build/计划.txt",
    )
    files = {name for name in kept(tmp_path) if name.endswith((".txt", ".c")) and "CMake" not in name}
    assert files == {"src/main.c", "src/deep/build/z.txt", "房子/build/计划.txt"}


def test_markers(tmp_path: Path) -> None:
    make(tmp_path, "a/CACHEDIR.TAG", "a/x.txt", "b/.noindex", "b/c/x.txt", "环境/pyvenv.cfg", "环境/x.txt", "d/x.txt")
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / ".docentignore").touch()
    make(tmp_path, "e/x.txt", "照片/.nomedia", "照片/1.jpg", "照片/旅行/2.mp4", "照片/旅行/日记.txt")
    assert kept(tmp_path) == {"d/x.txt", "照片/旅行/日记.txt"}
    assert scan(tmp_path).left_out == {
        Rule.CACHE: 1, Rule.MARKED: 4, Rule.PACKAGES: 1, Rule.HIDDEN: 1,
    }  # fmt: skip


def test_a_folder_that_the_user_added_is_not_left_out_by_its_own_marks(tmp_path: Path) -> None:
    root = tmp_path / ".notes" / "node_modules"
    make(root, "CACHEDIR.TAG", ".nomedia", "x.txt", "1.jpg")
    (root / ".docentignore").touch()
    assert kept(root) == {"CACHEDIR.TAG", "x.txt", "1.jpg"}


def test_patterns_of_folders_nest_and_may_bring_back(tmp_path: Path) -> None:
    make(
        tmp_path,
        "a.log",
        "草稿/x.md",
        "项目/草稿/y.md",
        "项目/b.log",
        "项目/keep.log",
        ".配置/z.txt",
        ".git/x",
        "build.d/1",
    )
    (tmp_path / ".docentignore").write_text("*.log\n草稿/\n!.配置/\n", encoding="utf-8")
    (tmp_path / "项目" / ".docentignore").write_text("!草稿/\n!keep.log\n", encoding="utf-8")
    assert kept(tmp_path) == {"项目/草稿/y.md", "项目/keep.log", ".配置/z.txt", "build.d/1"}
    assert scan(tmp_path).left_out[Rule.PATTERN] == 3


def test_a_list_of_what_is_wanted_does_not_bring_in_debris(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf", "b.txt", "深/c.pdf", "node_modules/d.pdf", ".git/e.pdf", "~$f.pdf", "id_rsa")
    (tmp_path / ".docentignore").write_text("*\n!*/\n!*.pdf\n!id_rsa\n")
    assert kept(tmp_path) == {"a.pdf", "深/c.pdf"}
    assert below(tmp_path, scan(tmp_path).withheld) == {"id_rsa"}


def test_patterns_of_the_settings(tmp_path: Path) -> None:
    make(tmp_path, "家/旧/a.txt", "家/b[1].txt", "旧/c.txt", "d.iso", "e.txt")
    home = str(tmp_path / "家")
    config = RuleConfig(patterns=("~/旧/", "*.iso", f"{tmp_path}/e.txt", "# nothing"), home=home)
    assert kept(tmp_path, config) == {"家/b[1].txt", "旧/c.txt"}


def test_gitignore_counts_only_when_it_is_wanted_and_in_a_repository(tmp_path: Path) -> None:
    make(tmp_path, "仓库/.git/HEAD", "仓库/a.pdf", "仓库/深/b.pdf", "别处/c.pdf")
    for folder in ("仓库", "别处"):
        (tmp_path / folder / ".gitignore").write_text("*.pdf\n")
    assert kept(tmp_path) == {"仓库/a.pdf", "仓库/深/b.pdf", "别处/c.pdf"}
    assert kept(tmp_path, RuleConfig(gitignore=True)) == {"别处/c.pdf"}


def test_secret_files_keep_their_names_alone(tmp_path: Path) -> None:
    make(tmp_path, "密码.kdbx", "id_rsa", ".env", ".ssh/config", "合同.txt")
    seen = scan(tmp_path)
    assert below(tmp_path, seen.files) == {"合同.txt"}
    assert below(tmp_path, seen.withheld) == {"密码.kdbx", "id_rsa"}
    assert seen.left_out == {Rule.SECRET: 2}


def test_single_paths_get_the_answer_of_the_walk(tmp_path: Path) -> None:
    make(
        tmp_path,
        "项目/package.json",
        "项目/build/a.txt",
        "项目/src/b.txt",
        "c/CACHEDIR.TAG",
        "c/d/e.txt",
        "草稿/f.md",
        "密.kdbx",
    )
    (tmp_path / ".docentignore").write_text("草稿/\n", encoding="utf-8")
    rules = Rules(RuleConfig(), (str(tmp_path / "own"),))
    make(tmp_path, "own/catalog.db")
    lookup = rules.lookup(str(tmp_path))
    walked = walk(str(tmp_path), rules)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            out = lookup.rule_for(str(path), is_folder=False)
            listed = walked.files if out is None else walked.withheld if out.name_kept else []
            assert (str(path) in listed) is (out is None or out.name_kept)
    out = lookup.rule_for(str(tmp_path / "草稿" / "深" / "新.md"), is_folder=False)
    assert out is not None
    assert (out.rule, out.path) == (Rule.PATTERN, str(tmp_path / "草稿"))
    assert out.by == f"{tmp_path / '.docentignore'}:1 草稿/"
    for name, rule in (
        ("c", Rule.CACHE),
        ("own", Rule.OWN),
        ("项目/build", Rule.BUILD),
        ("项目/node_modules", Rule.PACKAGES),
    ):
        found = lookup.rule_for(str(tmp_path / name), is_folder=True)
        assert found is not None
        assert found.rule is rule
    assert lookup.rule_for(str(tmp_path), is_folder=True) is None
    assert lookup.rule_for(str(tmp_path / "项目" / "新" / "x.txt"), is_folder=False) is None


@pytest.mark.parametrize(
    ("path", "rule"), [("/proc", Rule.PSEUDO), ("/sys/class", Rule.PSEUDO), ("/home/ly/.ssh", Rule.SECRET)]
)
def test_some_folders_are_not_indexed_even_when_added(path: str, rule: Rule) -> None:
    out = Rules(RuleConfig()).root_rule(path)
    assert out is not None
    assert out.rule is rule
    if os.path.isdir(path):
        assert walk(path, Rules(RuleConfig())).files == []


def test_a_very_deep_path_is_looked_up(tmp_path: Path) -> None:
    deep = str(tmp_path) + "/深" * 3000 + "/x.txt"
    assert Rules(RuleConfig()).lookup(str(tmp_path)).rule_for(deep, is_folder=False) is None
