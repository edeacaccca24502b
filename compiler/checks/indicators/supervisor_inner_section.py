"""主管部门 of a form is the department, not one of its inner sections."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.evaluation.report import Department, Section
from compiler.patterns import pattern

# Without a list of sections only names that no budget department has are decided: 处 and 室 also end the names of
# departments (公园管理处, 街道办事处, 区政府办公室), 科 and 股 do not.
_SECTION = pattern(
    r".*[科股]|.*科室|(?:综合|财务|人事|秘书|行政|计划财务|法规|机关)[处室]|办公室|机关党委|工会"
)


def why_none(department: Department, supervisor: str) -> str:
    """Why a name is none for 主管部门, being that of an inner section; nothing of any other name."""
    own = {department.name, department.full_name or department.name}
    if supervisor in own:
        return ""
    inner = _inner(supervisor, own)
    if inner in _sections(department):
        return f"它是{department.name}的内设机构"
    return "它是内设机构的名称，不是预算部门" if _SECTION.fullmatch(inner) else ""


def _find(draft: Draft) -> Iterator[Untold]:
    department = draft.department
    own = {department.name, department.full_name or department.name}
    sections = _sections(department)
    known: dict[str, str] = {}  # most projects have the same one
    for project in draft.projects:
        supervisor = project.supervisor
        if supervisor is None:
            continue
        why = known.get(supervisor)
        if why is None:
            why = known[supervisor] = why_none(department, supervisor)
        if not why:
            continue
        listed = sections.get(_inner(supervisor, own))
        yield Untold(_finding, (project, why, department.name, listed))


def _finding(project: Project, why: str, name: str, listed: tuple[Section, str] | None) -> Finding:
    return Finding(
        project.span_of("supervisor"),
        f"{project.title}的主管部门填的是“{project.supervisor}”，{why}",
        f"填预算主管部门的名称，一般就是“{name}”；具体由哪个科室办，写在别处",
        () if listed is None else ((listed[0].span_of(listed[1]), "内设机构在这里"),),
    )


def _sections(department: Department) -> dict[str, tuple[Section, str]]:
    """The names of the inner sections that are not the department's own: each with its section and the field it stands in."""
    own = {department.name, department.full_name or department.name}
    return {
        name: (section, attribute)
        for section in department.sections or ()
        for attribute, name in (("plate", section.plate), ("name", section.name))
        if name and name not in own
    }


def _inner(name: str, own: set[str]) -> str:
    """The name without the department's in front: 示例局业务科 is 业务科."""
    for whole in own:
        if name.startswith(whole):
            return name[len(whole) :]
    return name


CHECK = Check(
    Code.SUPERVISOR_INNER_SECTION,
    Severity.ERROR,
    title="主管部门填成了内设科室",
    rule=(
        "项目的主管部门应当是预算主管部门，不能是本单位的内设机构（department.yaml 里“内设机构”的名称或挂牌）。"
        "没有列内设机构的，只看名称：以“科”“股”结尾的，或者“办公室”“财务处”这样各单位都有的科室名，才算内设机构；"
        "以“处”“室”结尾的别的名称可能是独立单位，不判断。"
    ),
    source="财预〔2020〕10号附1（自评表“主管部门”一栏）",
    mend="把主管部门改成预算主管部门的名称。",
    find=_find,
)
