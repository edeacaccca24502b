"""A checkout -> the bundle, with the wheels of everything it needs for each system and each Python.

Wheels are fetched with pip for systems other than this one. pip judges the conditions of requirements (`; sys_platform ==
"win32"`) by the machine it runs on, so whether everything is there is looked up again in the wheels, for each system.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from compiler.named import NamedTuple

PYTHONS = ("3.11", "3.12", "3.13")
"""Versions of Python that a bundle has wheels for."""
FOLDER = "成文"
"""The folder in the ZIP, so that unpacking it anywhere scatters nothing."""


class System(NamedTuple):
    """A kind of machine that offices have."""

    tags: tuple[str, ...]
    """The platforms of wheels that run there, as pip knows them."""
    markers: dict[str, str]
    """What conditions of requirements see there."""


_LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
SYSTEMS = {
    "windows-amd64": System(
        ("win_amd64",),
        {
            "sys_platform": "win32",
            "platform_system": "Windows",
            "os_name": "nt",
            "platform_machine": "AMD64",
        },
    ),
    "linux-x86_64": System(
        ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
        {**_LINUX, "platform_machine": "x86_64"},
    ),
    "linux-aarch64": System(
        ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
        {**_LINUX, "platform_machine": "aarch64"},
    ),
}
"""By the name that `start.py` gives the machine it runs on."""
_ONLY_THERE = {"windows-amd64": ("colorama",)}
"""What pip, run elsewhere, does not know to be needed there."""
_FILES = Path(__file__).with_name("files")
_SHIPPED = ("templates", "content", "docs")
_NOT_SHIPPED = shutil.ignore_patterns(".*", "~$*", "__pycache__", "architecture.md", "checks.md")
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BundleError(Exception):
    """A bundle that is not made; the message is for whoever makes it."""


def make_bundle(
    root: Path,
    out: Path,
    systems: Sequence[str],
    versions: Sequence[str],
    embedded: Path | None,
    say: Callable[[str], None],
) -> Path:
    """Write the bundle of the checkout `root` to `out`, whole or not at all.

    `embedded` is the embeddable Python for Windows, as python.org has it. Raises `BundleError` when a wheel cannot be had.
    """
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp) / FOLDER
        program = folder / "program"
        shutil.copytree(_FILES / "program", program)
        for file in _FILES.iterdir():
            if file.is_file():
                shutil.copy(file, folder / file.name)
        for name in _SHIPPED:
            shutil.copytree(root / name, folder / name, ignore=_NOT_SHIPPED)
        say("做成文自己的包…")
        own = _own_wheel(root, Path(temp) / "own")
        for system in systems:
            for version in versions:
                say(f"取 {system}、Python {version} 要用的包…")
                _fetch(own, Path(temp) / "fetched", program / "wheels", system, version)
        if embedded is not None:
            _embed(embedded, program / "python")
        _list_files(folder)
        partial = out.with_name(f".{out.name}.part")
        try:
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as bundle:
                for path in _files(folder):
                    bundle.writestr(
                        _entry(path, path.relative_to(folder.parent).as_posix()), path.read_bytes()
                    )
            os.replace(partial, out)
        finally:
            partial.unlink(missing_ok=True)
    return out


def _own_wheel(root: Path, folder: Path) -> Path:
    _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(root))
    return next(folder.glob("*.whl"))


def _fetch(own: Path, temp: Path, wheels: Path, system: str, version: str) -> None:
    """Put what one system and Python need beside what others share with it."""
    machine = SYSTEMS[system]
    target = temp / f"{system}-{version}"
    platforms = [word for tag in machine.tags for word in ("--platform", tag)]
    _pip(
        *("download", "--only-binary=:all:", "--dest", str(target), *platforms),
        *("--implementation", "cp", "--python-version", version),
        *(str(own), *_ONLY_THERE.get(system, ())),
    )
    if lacking := missing(target.glob("*.whl"), machine, version):
        raise BundleError(f"{system}、Python {version} 还缺：{'、'.join(lacking)}")
    for wheel in sorted(target.glob("*.whl")):
        shared = wheel.stem.endswith("-none-any")
        place = wheels / ("any" if shared else f"{system}-{version}")
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(wheel, place / wheel.name)
    listed = wheels / f"{system}-{version}.txt"
    names = sorted(wheel.name for wheel in target.glob("*.whl"))
    listed.write_text(
        "".join(
            f"{'any' if name.endswith('-none-any.whl') else f'{system}-{version}'}/{name}\n" for name in names
        ),
        encoding="utf-8",
    )


def missing(wheels: Iterable[Path], machine: System, version: str) -> list[str]:
    """What the wheels ask for on a machine that is not among them, or that cannot be put in place by unpacking."""
    there: dict[str, str] = {}
    wanted: list[Requirement] = []
    out: list[str] = []
    environment = {
        **machine.markers,
        "python_version": version,
        "python_full_version": f"{version}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    for wheel in wheels:
        name, number, *_ = parse_wheel_filename(wheel.name)
        there[name] = str(number)
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
            info = next(
                entry for entry in names if entry.endswith(".dist-info/METADATA") and entry.count("/") == 1
            )
            metadata = HeaderParser().parsestr(archive.read(info).decode("utf-8"))
        if any(".data/" in entry and "/scripts/" not in entry for entry in names):
            out.append(f"{wheel.name}（不能靠解压安装）")
        wanted += [Requirement(text) for text in metadata.get_all("Requires-Dist") or ()]
    for requirement in wanted:
        if requirement.marker is not None and not requirement.marker.evaluate(environment):
            continue
        number_there = there.get(canonicalize_name(requirement.name))
        if number_there is None or not requirement.specifier.contains(number_there, prereleases=True):
            out.append(str(requirement))
    return sorted(set(out))


def _embed(archive: Path, target: Path) -> None:
    """Unpack the embeddable Python. Its `._pth` lets nothing else in; `start.py` sets the path itself."""
    try:
        with zipfile.ZipFile(archive) as python:
            names = python.namelist()
            if "python.exe" not in names:
                raise BundleError(f"“{archive.name}”不是 python.org 的 embeddable 包：里面没有 python.exe")
            python.extractall(target)
    except zipfile.BadZipFile:
        raise BundleError(f"“{archive.name}”不是 ZIP 文件，重新下载") from None


def _list_files(folder: Path) -> None:
    """清单.txt: the SHA-256 of every file, so that what arrived can be compared with what was sent; and what `start.py` goes by."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in _files(folder)
    ]
    program = [line for line in lines if "  program/wheels/" in line]
    number = hashlib.sha256("".join(program).encode()).hexdigest()[:12]
    (folder / "program" / "number.txt").write_text(f"{number}\n", encoding="utf-8")
    (folder / "清单.txt").write_bytes("".join(lines).replace("\n", "\r\n").encode())


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(path for path in folder.rglob("*") if path.is_file()))


def _entry(path: Path, name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = (0o100755 if path.suffix == ".sh" else 0o100644) << 16
    return entry


def _pip(*words: str) -> None:
    """Run pip; raises `BundleError` with its last words."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *words]
    done = subprocess.run(  # noqa: S603 - our own words
        command, capture_output=True, text=True, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise BundleError(
            "pip 没有取到要用的包。要在能上互联网（或者有镜像）的电脑上做。pip 说：\n" + "\n".join(said[-5:])
        )
