"""`chengwen serve`: the editors' page, on this computer alone."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.cli_reports import reports
from compiler.cli_words import ChineseCommand

_PORT = 8620
_TRIES = 20
"""Ports that are tried when nobody says which."""


def _port(_context: click.Context, _option: click.Parameter, port: str | None) -> int | None:
    """What --port gives. Raises `UsageError` for what is no port."""
    if port is None:
        return None
    if not (port.isascii() and port.isdigit() and len(port) < 6 and 1024 <= int(port) <= 65535):
        raise click.UsageError(f"--port 后面要写 1024 到 65535 之间的一个数，不能是“{port}”。")
    return int(port)


@click.command("serve", cls=ChineseCommand, short_help="打开网页：在浏览器里写叙述、看报告。")
@click.argument("folders", metavar="[报告文件夹]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--port",
    metavar="端口",
    callback=_port,
    help=f"网页用哪个端口；不写就是 {_PORT}，被占着就往后找一个。",
)
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只说出网址。")
def serve(folders: tuple[Path, ...], port: int | None, no_browser: bool) -> int:
    """打开一个网页，在浏览器里写叙述：左边是章节，中间是文字，右边是印出来的样子，下面是查出的问题。

    不写报告文件夹，content 下的每一份报告都在里面。

    网页只在这台电脑上打得开，网址里有一串只用这一次的钥匙；数据和表格在网页里改不了。写的字随时存到叙述文件里，改动都有记录，能退回。

    这个窗口开着，网页才能用；写完了按 Ctrl+C 关掉。

    \b
    例：chengwen serve
        chengwen serve content/丰台区金融办/2024
        chengwen serve --no-browser
    """
    found = reports(folders)  # a wrong call is told now

    def look_again() -> list[Path]:
        try:
            return reports(folders)
        except click.UsageError:
            return []

    import gc

    from compiler.editor.server.serving import listen
    from compiler.editor.server.serving import serve as serve_page

    wanted = port or _PORT
    try:
        sock = listen(wanted, tries=1 if port else _TRIES)
    except OSError:
        taken = f"端口 {wanted} " if port else f"端口 {wanted} 到 {wanted + _TRIES - 1} 都"
        click.echo(f"{taken}被别的程序占着，网页打不开。用 --port 换一个，如 --port 9000。", err=True)
        return 1
    if sock.getsockname()[1] != wanted:
        click.echo(f"端口 {wanted} 被别的程序占着（可能已经开着一个成文），这次用 {sock.getsockname()[1]}。")

    def opened(address: str, once: str) -> None:
        click.echo(f"网页准备好了，里面有 {len(found)} 份报告。")
        click.echo(f"  网址：{address}")
        click.echo("  只在这台电脑上能用；网址不要发给别人。写完了，在这个窗口按 Ctrl+C 关掉。")
        if not no_browser and not _open_browser(once):
            click.echo("  没有能打开的浏览器：把网址复制到浏览器里。", err=True)

    # The command line does without, as it ends soon. A report that is kept compiled is a million objects that stay: to
    # look at them at every turn costs a quarter of a preview.
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    gc.enable()
    try:
        serve_page(look_again, sock, opened)
    except KeyboardInterrupt:
        pass
    finally:
        sock.close()
    click.echo("已关闭。写的字都存在叙述文件里。")
    return 0


def _open_browser(address: str) -> bool:
    """Whether there is a browser to start; it is not waited for."""
    import os
    import sys
    import threading
    import webbrowser

    if sys.platform.startswith("linux") and not os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}:
        return False  # one that works in this window would take it
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    threading.Thread(target=browser.open, args=(address,), daemon=True).start()
    return True
