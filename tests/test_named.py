"""Our tuples with named places, held against those of `typing`."""

from __future__ import annotations

import inspect
import pickle
import typing

from compiler import named


class Ours(named.NamedTuple):
    """A figure."""

    path: str
    rank: int = 0
    unit: str = "元"

    @property
    def words(self) -> str:
        return f"{self.path}|{self.unit}"

    @classmethod
    def of(cls, path: str) -> Ours:
        return cls(path, 1)


class Theirs(typing.NamedTuple):
    """A figure."""

    path: str
    rank: int = 0
    unit: str = "元"

    @property
    def words(self) -> str:
        return f"{self.path}|{self.unit}"

    @classmethod
    def of(cls, path: str) -> Theirs:
        return cls(path, 1)


def test_they_are_what_typing_makes() -> None:
    ours, theirs = Ours("预算", unit="万元"), Theirs("预算", unit="万元")
    assert ours == theirs == ("预算", 0, "万元")
    assert repr(ours).replace("Ours", "") == repr(theirs).replace("Theirs", "")
    assert (ours.words, ours[1], Ours.of("预算").rank) == (theirs.words, theirs[1], Theirs.of("预算").rank)
    assert (ours._replace(rank=2), ours._asdict()) == (theirs._replace(rank=2), theirs._asdict())
    assert (Ours._fields, Ours._field_defaults) == (Theirs._fields, Theirs._field_defaults)
    assert Ours.__annotations__.keys() == Theirs.__annotations__.keys()
    assert (Ours.__doc__, Ours.__module__, Ours.__mro__[1:]) == (
        Theirs.__doc__,
        Theirs.__module__,
        Theirs.__mro__[1:],
    )
    assert inspect.signature(Ours).parameters.keys() == inspect.signature(Theirs).parameters.keys()
    assert not hasattr(ours, "__dict__")
    match ours:
        case Ours(path, _, unit):
            assert (path, unit) == ("预算", "万元")
    back = pickle.loads(pickle.dumps(ours))
    assert type(back) is Ours
    assert back == ours


T = typing.TypeVar("T")


class Generic(named.NamedTuple, typing.Generic[T]):
    """A figure of any kind."""

    figure: T


def test_a_class_may_be_generic() -> None:
    made = Generic[int](3)
    assert (made.figure, made, Generic._fields) == (3, (3,), ("figure",))
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_class_may_have_no_fields() -> None:
    class Ours(named.NamedTuple):
        """A mark."""

    assert Ours() == ()
    assert repr(Ours()) == "Ours()"
