"""What is said of `chengwen build --jobs`, `--scheduler` while it runs, and in the end."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import click

from compiler.cli_output import Bar

if TYPE_CHECKING:
    from compiler.batch.task import Outcome


class Told:
    """What was said of a batch so far."""

    def __init__(self) -> None:
        from compiler.batch.warned import Warnings

        self.whole = 0
        """How many reports there are."""
        self._began = time.monotonic()
        self._bar = Bar("生成报告")
        self._kept: dict[int, Outcome] = {}
        self._next = 0
        self._counts: Counter[str] = Counter()
        self._findings: Counter[int] = Counter()
        self._unjudged = self._in_data = 0
        self._open = 0
        self._have_earlier = 0
        self.place = ""
        """Below which folder the documents are, as one would type it here; empty where there are several."""
        self._warnings = Warnings()
        self._stopping = False

    @property
    def done(self) -> int:
        """How many reports are done."""
        return self._counts.total()

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return self._counts["failed"]

    def take(self, number: int, outcome: Outcome, has_earlier: bool) -> None:
        """Count what came of a report, and say of all whose turn it is why they failed, in the order of the reports. `has_earlier`: it failed,
        and there are documents of an earlier build.
        """
        self._counts[outcome.status.value] += 1
        self._findings.update(dict(enumerate(outcome.findings)))
        # The rules are held against what compiles alone; what compiles and is not written, with --strict, has findings.
        self._unjudged += outcome.status.value == "failed" and not sum(outcome.findings)
        self._in_data += outcome.status.value == "failed" and bool(outcome.findings)
        self._open += outcome.is_open
        self._have_earlier += has_earlier
        self._warnings.take(number, outcome.warned)
        self._kept[number] = outcome
        while self._next in self._kept:
            self._say(self._kept.pop(self._next))
            self._next += 1
        self.show()

    def show(self, more: int = 0, stopping: bool = False) -> None:
        """Show how far it is; `more` are done and not yet counted. Says once that it is stopping."""
        if stopping and not self._stopping:
            self._stopping = True
            self._bar.clear()
            click.echo("正在停下：做着的几份做完就停。要马上停，再按一次 Ctrl+C。", err=True)
        self._bar.show("", self.done + more, self.whole)

    def end(self) -> None:
        """Say what is left to say: of reports behind one that was not done, and the summary."""
        self._bar.clear()
        for number in sorted(self._kept):
            self._say(self._kept.pop(number))
        built, same, failed = (self._counts[name] for name in ("built", "unchanged", "failed"))
        if same and same == self.whole:
            said = click.style("√", fg="green") + f" 没有变化，{same} 份都不用重新生成"
        else:
            parts = [click.style("√", fg="green") + f" {built} 份"]
            parts += [click.style("×", fg="red") + f" {failed} 份"] if failed else []
            parts += [f"没有变化 {same} 份"] if same else []
            said = "，".join(parts)
        click.echo(f"{said}，用时 {time.monotonic() - self._began:.1f} 秒。")
        if built and self.place:
            click.echo(f"  文件在 {self.place}，一份一个文件夹：单位/年度/draft。")
        if self._have_earlier:
            which = "" if self._have_earlier == failed else f"里，{self._have_earlier} 份以前做过"
            click.echo(f"  没有写出的{which}，原来的文件没有动。")
        if self._open:
            click.echo(f"  草稿没有填完的有 {self._open} 份，里面还有待填、待更新的地方。")
        for warned in self._warnings.lines():
            click.echo(f"  {warned}")
        found = self._found()
        if found:
            apart = f"（没有写出的 {self._unjudged} 份没有检查）" if self._unjudged else ""
            click.echo(f"  检查查出{found}{apart}。看一份的明细，运行 chengwen check 加它的文件夹。")
        elif self._in_data:
            click.echo("  看一份的明细，运行 chengwen check 加它的文件夹。")

    def _say(self, outcome: Outcome) -> None:
        if outcome.status.value == "failed":
            self._bar.clear()
            click.echo(click.style("× ", fg="red") + f"{outcome.folder}：{outcome.message}")

    def _found(self) -> str:
        from compiler.diagnostics import Severity

        return "，".join(
            f"{severity.value} {self._findings[number]} 处"
            for number, severity in enumerate(Severity)
            if self._findings[number]
        )
