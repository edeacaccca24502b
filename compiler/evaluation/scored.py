"""What has a 得分: as typed, else as the declared scheme gives it."""

from __future__ import annotations

from decimal import Decimal

from compiler.computed import computed
from compiler.evaluation.scoring import Comparison, Expected, compared
from compiler.record import Derived, Input, Record, Unfilled

SCORE = Derived("score", "按评分方案", (), "typed_score")
"""The entry of 得分 in `DERIVED`. No inputs: a scheme has to be declared too, and advice that leaves it out is wrong."""


class Scored(Record):
    """A record with a 得分, by which its class has a field `typed_score` and `SCORE` among `DERIVED`."""

    SELDOM = Record.SELDOM | {"inputs", "awaited"}
    weight: Decimal | None
    typed_score: Decimal | None
    inputs: tuple[Input, ...] = ()
    """What the score is computed from, where that is not all of its own."""
    awaited: tuple[Input, ...] = ()
    """What the score hangs on elsewhere, whether it is there or not."""

    @computed
    def expected(self) -> Expected | None:
        """What the declared scheme gives; None without a scheme, or when it does not settle it."""
        return None

    @property
    def computed_score(self) -> Decimal | None:
        """The score that the scheme gives, when it gives just one."""
        return self.expected.score if self.expected else None

    @property
    def score(self) -> Decimal | None:
        """得分 as typed, else computed."""
        if self.typed_score is None:
            return None if "typed_score" in self.unfilled else self.computed_score
        return self.typed_score

    @property
    def is_scored(self) -> bool:
        """Whether it has a weight or a score of its own, or is to have one."""
        return (
            self.weight is not None
            or self.typed_score is not None
            or not self.unfilled.keys().isdisjoint(("weight", "typed_score"))
        )

    @property
    def refuted(self) -> bool:
        """Whether the typed score is one that the scheme does not allow."""
        expected, typed = self.expected, self.typed_score
        return expected is not None and typed is not None and not expected.allows(typed)

    def score_inputs(self) -> tuple[Input, ...]:
        """What the computed score comes from: records and their keys."""
        return self.inputs

    def waits_for(self, key: str) -> Unfilled | None:
        found = super().waits_for(key)
        for owner, inner in self.awaited if key == "得分" else ():
            found = found or owner.waits_for(inner)
        return found

    def origin(self, key: str) -> tuple[str, tuple[Input, ...]]:
        if key != "得分":
            return super().origin(key)
        return self.expected.formula if self.expected else "各项得分之和", self.score_inputs()


class Paired(Scored):
    """What is scored by 指标值 and 完成值."""

    target: str | None
    actual: str | None

    @computed
    def pair(self) -> Comparison | None:
        """指标值 and 完成值 as numbers of one unit; None when they are none."""
        return compared(self.target, self.actual)

    def score_inputs(self) -> tuple[Input, ...]:
        # Of a result in words the target is not looked at.
        keys = ("分值", "指标值", "完成值") if self.pair is not None else ("分值", "完成值")
        return self.inputs or tuple((self, key) for key in keys)
