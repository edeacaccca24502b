"""First- and second-level indicators are called what the scheme calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity, nearest
from compiler.evaluation.scheme import PROJECT, Scheme, bare
from compiler.named import NamedTuple


class _Fault(NamedTuple):
    """What is wrong with a row."""

    attribute: str
    fact: str
    hint: str
    fix: str = ""


class _Names:
    """What is known of the names: of the declared scheme, and of the others where it has none."""

    def __init__(self, declared: Scheme, draft: Draft) -> None:
        self.declared = declared
        self._pairs = _pairs(declared.taxonomy)
        self._draft = draft
        self._all: list[Mapping[str, tuple[str, ...]]] | None = None

    def all(self) -> list[Mapping[str, tuple[str, ...]]]:
        """Those of every scheme for projects; read when a name is not in the declared one, which is rare."""
        if self._all is None:
            others = [each.taxonomy for each in self._draft.other_schemes() if each.use == PROJECT]
            self._all = [self.declared.taxonomy, *others]
        return self._all

    def fault(self, first: str, second: str | None) -> _Fault | None:
        """What is wrong with a row; None when nothing is."""
        a, b = bare(first), bare(second or "")
        if (a, b) in self._pairs:
            return None
        own = self.declared.taxonomy
        if not any(a in map(bare, names) for names in self.all()):
            return self._unknown("level_1", "一级", first, list(own))
        if not b or any((a, b) in _pairs(names) for names in self.all()):
            return None
        for names in self.all():
            for home, inner in names.items():
                if b in map(bare, inner):
                    return _Fault(
                        "level_1",
                        f"“{second}”是“{home}”下的二级指标，这里放在“{first}”下",
                        f"一级改成“{home}”；二级指标填错的，改二级指标",
                    )
        here = [name for level_1, inner in own.items() if bare(level_1) == a for name in inner]
        everywhere = [name for inner in own.values() for name in inner]
        return self._unknown("level_2", "二级", second or "", here, everywhere)

    def _unknown(self, attribute: str, level: str, name: str, *choices: list[str]) -> _Fault:
        fact = f"评分方案“{self.declared.name}”里没有叫“{name}”的{level}指标"
        for known in choices:
            meant = nearest(name, known)
            if meant:
                slip = len(meant) - len(name) == 1 and _lacks_one(name, meant)
                return _Fault(attribute, fact, f"是不是“{meant}”？", meant if slip else "")
        return _Fault(attribute, fact, f"可用的名称：{'、'.join(choices[0] or choices[-1])}")


def _lacks_one(name: str, meant: str) -> bool:
    """Whether a name is another with a character left out."""
    return any(meant[:at] + meant[at + 1 :] == name for at in range(len(meant)))


def _pairs(taxonomy: Mapping[str, tuple[str, ...]]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (bare(level_1), bare(name)) for level_1, inner in taxonomy.items() for name in ("", *inner)
    )


def _find(draft: Draft) -> Iterator[Finding]:
    scheme = draft.project_scheme
    if scheme is None:
        return
    names = _Names(scheme, draft)
    known: dict[tuple[str, str | None], _Fault | None] = {}
    for project in draft.projects:
        told: set[str] = set()
        for indicator in project.indicators or ():
            row = (indicator.level_1, indicator.level_2)
            if row not in known:
                known[row] = names.fault(*row)
            fault = known[row]
            if fault is not None and fault.fact not in told:
                told.add(fault.fact)  # a name that is wrong in one row is wrong in the next
                yield Finding(indicator.span_of(fault.attribute), fault.fact, fault.hint, fix=fault.fix)


CHECK = Check(
    Code.UNKNOWN_INDICATOR_NAME,
    Severity.ERROR,
    title="一级、二级指标的名称不在评分方案里",
    rule=(
        "绩效指标的一级、二级名称要与 report.yaml 里“评分方案”所列的一致，二级要放在它所属的一级下（“指标”二字省不省都行）。"
        "别的评分方案里有的名称和归属也放行：有的地方按一个文件办，又把成本指标从产出里拆出来单列。"
        "同一个项目里同样的错只报一处。没有声明评分方案的，不看。"
    ),
    source="财预〔2020〕10号附1、财预〔2021〕101号（一级、二级指标的分类），以声明的评分方案为准",
    mend="照评分方案改名称；同一个项目里别的行也这样写的，一起改。",
    find=_find,
)
