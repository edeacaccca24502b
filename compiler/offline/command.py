"""The command that makes the bundle; for whoever prepares it, on a machine with internet."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.offline.bundle import PYTHONS, SYSTEMS, BundleError, make_bundle

_ROOT = Path(__file__).resolve().parents[2]


@click.command(name="python -m compiler.offline")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), default=Path("成文-离线.zip"), show_default=True
)
@click.option(
    "--system", "systems", multiple=True, type=click.Choice(list(SYSTEMS)), help="不写，就是每一种都带上。"
)
@click.option(
    "--python-version",
    "versions",
    multiple=True,
    type=click.Choice(PYTHONS),
    help="办公电脑上的 Python 是哪几版；不写，就是每一版都带上。",
)
@click.option(
    "--python",
    "embedded",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="从 python.org 下载的 python-3.11.x-embed-amd64.zip；带上它，Windows 电脑不用装 Python。",
)
def main(out: Path, systems: tuple[str, ...], versions: tuple[str, ...], embedded: Path | None) -> None:
    """做一个离线包：有互联网的电脑上做好，拷到没有互联网的电脑上，双击就能用。"""
    try:
        made = make_bundle(
            _ROOT, out, systems or tuple(SYSTEMS), versions or PYTHONS, embedded, say=click.echo
        )
    except BundleError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"√ 写好了 {made}（{made.stat().st_size / 1e6:.1f} MB）。怎样装：docs/手册/安装.md")
