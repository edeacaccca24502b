"""report.yaml and data/department.yaml: what is reported, by whom, for which year."""

from __future__ import annotations

from compiler.figures import UNITS
from compiler.kinds import DATE, FACTS, TEXT, YEAR, choice, list_of
from compiler.record import Facts, Record
from compiler.schema import optional, record_of, required


class Schemes(Record):
    """The scoring schemes that are worked under, by the names of their files."""

    NOUN = "评分方案"
    department: str | None = optional("部门整体", TEXT)
    project: str | None = optional("项目支出", TEXT)


TERMS = ("永久", "30年", "10年")
"""保管期限 of documents: 《机关文件材料归档范围和文书档案保管期限规定》（国家档案局令第8号）."""
SECRECY = ("公开", "内部", "秘密", "机密", "绝密")


class Filing(Record):
    """What the office's archivist says of the report: elements of DA/T 46-2009 that nothing else tells."""

    NOUN = "档案"
    fonds_name: str | None = optional("全宗名称", TEXT)
    fonds_number: str | None = optional("全宗号", TEXT)
    item_number: str | None = optional("室编件号", TEXT)
    term: str | None = optional("保管期限", choice({term: term for term in TERMS}))
    section: str | None = optional("机构或问题", TEXT)
    document_number: str | None = optional("文件编号", TEXT)
    responsible: str | None = optional("责任者", TEXT)
    """Who answers for the report; the department when not said."""
    keywords: str | None = optional("主题词", TEXT)
    secrecy: str | None = optional("密级", choice({level: level for level in SECRECY}))
    remark: str | None = optional("说明", TEXT)


class Report(Record):
    """report.yaml: what is reported, by whom, for which year."""

    NOUN = "report.yaml"
    kind: str = required("文种", TEXT)
    department: str = required("单位", TEXT)
    year: int = required("年度", YEAR)
    unit: str = required("金额单位", choice({unit: unit for unit in UNITS}))
    """The unit of amounts that are written without one."""
    report_title: str | None = optional("题名", TEXT)
    date: str | None = optional("日期", DATE)
    """成文日期, ISO 8601."""
    schemes: Schemes | None = optional("评分方案", record_of(Schemes))
    parameters: Facts | None = optional("参数", FACTS)
    filing: Filing | None = optional("档案", record_of(Filing))
    remark: str | None = optional("说明", TEXT)


class Section(Record):
    """An inner section of the department (内设机构)."""

    NOUN = "内设机构"
    name: str = required("名称", TEXT)
    plate: str | None = optional("挂牌", TEXT)
    """A second name under which it also works."""
    facts: Facts | None = optional("补充数据", FACTS)
    remark: str | None = optional("说明", TEXT)


class Department(Record):
    """data/department.yaml."""

    NOUN = "单位"
    name: str = required("名称", TEXT)
    full_name: str | None = optional("全称", TEXT)
    sections: tuple[Section, ...] | None = optional("内设机构", list_of(record_of(Section)))
    facts: Facts | None = optional("补充数据", FACTS)
    remark: str | None = optional("说明", TEXT)
