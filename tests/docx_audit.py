"""The independent validator: openxml-audit, a port of the rules of Microsoft's Open XML SDK."""

from __future__ import annotations

from pathlib import Path

from openxml_audit import FileFormat, OpenXmlValidator


def audit(path: Path) -> list[str]:
    """Everything that the validator complains about; that it breaks down counts as a complaint."""
    try:
        result = OpenXmlValidator(FileFormat.OFFICE_2019).validate(path)
    except Exception as error:
        return [f"traceback: {type(error).__name__}: {error}"]
    return [str(each) for each in result.errors] or ([] if result.is_valid else ["not valid"])
