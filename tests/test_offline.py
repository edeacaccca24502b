"""The bundle for offices without internet: made for real, unpacked somewhere else, and started without a network.

What cannot be tried here is Windows itself; that its wheels are complete is looked up in them.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.offline import bundle

ROOT = Path(__file__).resolve().parents[1]
FILES = ROOT / "compiler" / "offline" / "files"
START = FILES / "program" / "start.py"
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


def wheel(folder: Path, name: str, *requires: str, extra: str = "") -> Path:
    """A wheel that asks for `requires`; `extra` is one more file in it."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n" + "".join(
        f"Requires-Dist: {text}\n" for text in requires
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", metadata)
        if extra:
            archive.writestr(extra, "")
    return path


@pytest.mark.parametrize(
    ("system", "requires", "lacking"),
    [
        ("windows-amd64", ["b"], []),
        ("windows-amd64", ["b>=2"], ["b>=2"]),
        ("windows-amd64", ["c"], ["c"]),
        ("windows-amd64", ["c; sys_platform == 'win32'"], ['c; sys_platform == "win32"']),
        ("linux-x86_64", ["c; sys_platform == 'win32'"], []),
        ("linux-x86_64", ["c; python_version < '3.11'", "c; extra == 'more'"], []),
    ],
)
def test_what_lacks_for_a_system(
    tmp_path: Path, system: str, requires: list[str], lacking: list[str]
) -> None:
    wheels = [wheel(tmp_path, "a", *requires), wheel(tmp_path, "b")]
    assert bundle.missing(wheels, bundle.SYSTEMS[system], "3.11") == lacking


def test_a_wheel_that_unpacking_does_not_install(tmp_path: Path) -> None:
    wheels = [wheel(tmp_path, "a", extra="a-1.0.data/purelib/a.py")]
    found = bundle.missing(wheels, bundle.SYSTEMS["linux-x86_64"], "3.11")
    assert found == ["a-1.0-py3-none-any.whl（不能靠解压安装）"]


def test_old_pythons_can_read_the_start() -> None:
    ast.parse(START.read_text(encoding="utf-8"), feature_version=(3, 4))


@pytest.mark.parametrize("path", sorted(FILES.rglob("*.bat")), ids=lambda path: path.name)
def test_batch_files_are_for_any_window(path: Path) -> None:
    """A window of another code page shows other words than were written, and needs both characters at a line's end."""
    data = path.read_bytes()
    assert data.isascii()
    assert data.count(b"\r\n") == data.count(b"\n") > 0


@pytest.mark.parametrize("path", sorted(FILES.rglob("*.txt")), ids=lambda path: path.name)
def test_notes_open_in_an_old_editor(path: Path) -> None:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") > 0


def test_no_embedded_python_in_it(tmp_path: Path) -> None:
    other = tmp_path / "x.zip"
    other.write_bytes(b"no zip")
    with pytest.raises(bundle.BundleError, match="不是 ZIP"):
        bundle._embed(other, tmp_path / "python")
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "")
    with pytest.raises(bundle.BundleError, match=r"没有 python\.exe"):
        bundle._embed(other, tmp_path / "python")


# The whole bundle ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> None:
    """That pip can fetch a package here."""
    words = ("download", "--no-deps", "--retries", "0", "--timeout", "10", "colorama", "--dest")
    try:
        bundle._pip(*words, str(tmp_path_factory.mktemp("registry")))
    except bundle.BundleError:
        pytest.skip("pip reaches no package index from here")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory, registry: None) -> Path:
    """The bundle, made from this checkout, unpacked."""
    folder = tmp_path_factory.mktemp("离线 包")
    made = bundle.make_bundle(
        ROOT, folder / "成文.zip", ("windows-amd64", "linux-x86_64"), (HERE,), None, lambda words: None
    )
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder)
    return folder / bundle.FOLDER


@pytest.fixture
def copy(unpacked: Path, tmp_path: Path) -> Iterator[Path]:
    """A bundle to be damaged."""
    yield Path(shutil.copytree(unpacked, tmp_path / "成文"))


def start(folder: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Start a bundle as a user with the home `home`, with nothing of this environment's and, where it may be done, no network."""
    network = ["unshare", "-n"] if os.geteuid() == 0 and shutil.which("unshare") else []
    return subprocess.run(
        [*network, sys.executable, "-I", str(folder / "program" / "start.py"), *words],
        cwd=folder,
        env={"HOME": str(home), "XDG_DATA_HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def left_over(home: Path) -> list[str]:
    return [path.name for path in home.rglob("*.part-*")]


@pytest.mark.registry
def test_bundle_builds_the_report(unpacked: Path, tmp_path: Path) -> None:
    done = start(unpacked, tmp_path, "build", "content/丰台区金融办/2023")
    assert done.returncode == 0, done.stderr
    assert "第一次在这台电脑上用" in done.stderr
    made = unpacked / "build" / "丰台区金融办" / "2023" / "draft"
    assert (made / "整体绩效评价报告.docx").stat().st_size > 20_000
    again = start(unpacked, tmp_path, "explain", "A001")
    assert again.returncode == 0
    assert "第一次" not in again.stderr


@pytest.mark.registry
def test_bundle_lists_its_files(unpacked: Path) -> None:
    listed = (unpacked / "清单.txt").read_text(encoding="utf-8")
    for name in (
        "program/start.py",
        "启动.bat",
        "content/丰台区金融办/2023/report.yaml",
        "docs/手册/README.md",
    ):
        assert f"  {name}\n" in listed
    assert not list(unpacked.rglob(".*"))


@pytest.mark.registry
def test_two_windows_at_once(unpacked: Path, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: start(unpacked, tmp_path, "explain", "A001"), range(3)))
    assert [item.returncode for item in done] == [0, 0, 0], [item.stderr for item in done]
    assert left_over(tmp_path) == []


@pytest.mark.registry
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("only one file", "不要只拷一个文件"),
        ("cut wheel", "离线包不完整"),
        ("other Python", "这个离线包要 3.99"),
        ("other system", "没有这种电脑"),
        ("no room", "检查磁盘空间"),
    ],
)
def test_what_goes_wrong_is_said(copy: Path, tmp_path: Path, damage: str, said: str) -> None:
    wheels = copy / "program" / "wheels"
    home = tmp_path / "home"
    listed = wheels / f"linux-x86_64-{HERE}.txt"
    if damage == "only one file":
        shutil.rmtree(wheels)
    elif damage == "cut wheel":
        path = next((wheels / "any").glob("openpyxl*"))
        path.write_bytes(path.read_bytes()[:1000])
    elif damage == "other Python":
        listed.rename(wheels / "linux-x86_64-3.99.txt")
    elif damage == "other system":
        listed.unlink()
    else:
        home.write_text("a file where a folder is to be")
    done = start(copy, home, "explain", "A001")
    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not home.is_dir() or left_over(home) == []


# The starter -------------------------------------------------------------------------------


@pytest.mark.parametrize(("there", "taken"), [("3.11", "3.11"), ("3.13", "3.13"), ("3.99", "3.13")])
def test_the_first_python_that_fits(tmp_path: Path, there: str, taken: str) -> None:
    """With several installed; where none fits, whichever, as start.py says what is wrong with it."""
    folder, programs = tmp_path / "成文", tmp_path / "bin"
    (folder / "program" / "wheels").mkdir(parents=True)
    (folder / "program" / "wheels" / f"linux-x86_64-{there}.txt").write_text("")
    shutil.copy(FILES / "启动.sh", folder)
    programs.mkdir()
    for version in ("3.11", "3.13"):
        program = programs / f"python{version}"
        program.write_text(f'#!/bin/sh\n[ "$1" = -c ] && echo {version} || echo "started {version}"\n')
        program.chmod(0o755)
    ran = subprocess.run(
        ["/bin/sh", str(folder / "启动.sh")],
        env={"PATH": f"{programs}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert ran.stdout == f"started {taken}\n", ran.stderr


def test_what_was_not_unpacked_whole_is_unpacked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = importlib.util.spec_from_file_location("start", START)
    assert spec is not None and spec.loader is not None
    started = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(started)
    made = wheel(tmp_path, "a", extra="a.py")
    (tmp_path / "number.txt").write_text("0123456789ab\n")
    monkeypatch.setattr(started, "HERE", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "home"))
    whole = Path(started.unpacked([str(made)]))
    assert "第一次" in capsys.readouterr().err
    (whole / "__pycache__").mkdir()
    (whole / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"x")
    assert Path(started.unpacked([str(made)])) == whole and capsys.readouterr().err == ""
    (whole / "a.py").unlink()
    assert Path(started.unpacked([str(made)])) == whole and (whole / "a.py").is_file()
    assert "不全" in capsys.readouterr().err
    (whole / started.NOTE).unlink()
    started.unpacked([str(made)])
    assert "不全" in capsys.readouterr().err
