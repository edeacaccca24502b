"""Runs 成文 from the bundle, with nothing installed. Any Python 3 reads this file, to say that it is too old.

The wheels that fit are unpacked once into the user's own folder on this computer, so that the bundle may lie on a share
that nobody may write to, and be used by several computers at a time.
"""

import os
import platform
import shutil
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
WHEELS = os.path.join(HERE, "wheels")
NOTE = "chengwen-whole.txt"


def stop(words):
    sys.stderr.write(words + "\n")
    sys.exit(3)


def needed():
    """The wheels for this computer."""
    version = "%d.%d" % sys.version_info[:2]
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    if sys.maxsize < 2**32:
        stop(
            "这台电脑上的 Python 是 32 位的，成文要 64 位的。请装 64 位的 Python %s。"
            % " 或 ".join(versions())
        )
    system = {"win32": "windows-amd64" if machine == "x86_64" else "windows-" + machine}.get(
        sys.platform, sys.platform + "-" + machine
    )
    listed = os.path.join(WHEELS, "%s-%s.txt" % (system, version))
    if not os.path.exists(listed):
        fit = versions(system)
        if not fit:
            stop("这个离线包里没有这种电脑（%s）用的程序。请管理员用 --system 重新做一个。" % system)
        stop(
            "这台电脑上的 Python 是 %s，这个离线包要 %s。请装其中一版，原来的不用卸。"
            % (version, " 或 ".join(fit))
        )
    with open(listed, encoding="utf-8") as file:
        return [os.path.join(WHEELS, *line.strip().split("/")) for line in file if line.strip()]


def versions(system=""):
    found = [name[:-4].rsplit("-", 1) for name in os.listdir(WHEELS) if name.endswith(".txt")]
    return sorted({version for name, version in found if name == system or not system})


def own_folder():
    """Where programs of this user are kept on this computer."""
    given = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_DATA_HOME")
    return os.path.join(given or os.path.join(os.path.expanduser("~"), ".local", "share"), "chengwen")


def measured(folder):
    """How many files a folder with unpacked wheels has and how long they are, but for what is compiled when it is run."""
    count = size = 0
    for path, folders, names in os.walk(folder):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
        for name in names:
            if name != NOTE:
                count += 1
                size += os.path.getsize(os.path.join(path, name))
    return "%d %d" % (count, size)


def noted(folder):
    """What was measured when the folder was made; empty when it was not made to the end."""
    try:
        with open(os.path.join(folder, NOTE)) as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def unpacked(wheels):
    """The folder with the unpacked wheels; made on the first run, in one step."""
    with open(os.path.join(HERE, "number.txt"), encoding="utf-8") as file:
        number = file.read().strip()
    whole = os.path.join(own_folder(), "%s-%d.%d" % ((number,) + tuple(sys.version_info[:2])))
    if measured(whole) == noted(whole):
        return whole
    if os.path.isdir(whole):
        sys.stderr.write("上次准备好的程序不全了，重新准备。\n")
        shutil.rmtree(whole, ignore_errors=True)
    sys.stderr.write("第一次在这台电脑上用，正在准备，大约半分钟…\n")
    part = "%s.part-%d" % (whole, os.getpid())
    try:
        os.makedirs(part)
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(part)
        with open(os.path.join(part, NOTE), "w") as file:
            file.write(measured(part))
        try:
            os.rename(part, whole)
        except OSError:
            if measured(whole) != noted(whole):  # else another window was faster
                raise
    except zipfile.BadZipFile:
        stop("离线包不完整：%s 坏了。请重新拷一份，照 清单.txt 核对。" % os.path.basename(wheel))
    except OSError as error:
        stop("不能在“%s”里写文件：%s。请检查磁盘空间。" % (own_folder(), error.strerror or error))
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return whole


def main():
    if not os.path.isdir(WHEELS):
        stop("离线包不完整：没有 program/wheels。请把整个“成文”文件夹拷过来，不要只拷一个文件。")
    if sys.version_info < (3, 11):
        stop(
            "这台电脑上的 Python 是 %d.%d，太旧了；成文要 %s。请装其中一版，原来的不用卸。"
            % (tuple(sys.version_info[:2]) + (" 或 ".join(versions()),))
        )
    sys.path.insert(0, unpacked(needed()))
    words = sys.argv[1:]
    if not words:
        os.chdir(os.path.dirname(HERE))
        words = ["serve"]
    from compiler.cli import main as chengwen

    sys.argv = ["chengwen"] + words
    chengwen()


if __name__ == "__main__":
    main()
