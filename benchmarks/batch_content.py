"""Write many reports of 19 projects: as content of this compiler, and as the data files that the peers' batch reads.

    python -m benchmarks.batch_content FOLDER 200 1000 3000

FOLDER/content/to-200/示范区金融办0000/2024 and the following are the first 200, to-1000 the next 800, and so on, so that each
number of reports is a build of the first of these folders. FOLDER/data holds the same reports for the peers, with the bytes of their own generator.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from benchmarks.generate import KIND, write_content, write_peer_data, write_schemes, write_templates
from benchmarks.workload import YEAR, Size, make

_FIRST_SEED = 100
PROJECTS = 19


def write_reports(folder: Path, counts: list[int]) -> None:
    """Write as many as the largest of `counts`, in a folder up to each."""
    for name in ("content", "templates", "data"):
        shutil.rmtree(folder / name, ignore_errors=True)
    write_templates(folder / "templates" / KIND, forms=False)
    write_schemes(folder / "templates")
    (folder / "data").mkdir(parents=True)
    first = 0
    for upto in sorted(counts):
        for number in range(first, upto):
            workload = make(Size(f"{number:03}", _FIRST_SEED + number, PROJECTS, forms=False))
            write_peer_data(folder / "data" / f"{number:04}", workload, json_too=False)
            # A report's folder is called as its department, so that here each needs its own.
            workload.department += f"{number:04}"
            write_content(folder / "content" / part(upto) / workload.department / str(YEAR), workload)
        first = upto


def part(upto: int) -> str:
    """The folder that holds the reports up to that number."""
    return f"to-{upto}"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch_content")
    parser.add_argument("folder", type=Path)
    parser.add_argument("counts", type=int, nargs="+")
    arguments = parser.parse_args()
    write_reports(arguments.folder, arguments.counts)


if __name__ == "__main__":
    main()
