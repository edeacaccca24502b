"""The benchmark's content: the same at every call, and the same report on both sides."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks.batch_content import write_reports
from benchmarks.generate import content_files, generate, peer_data
from benchmarks.measure import Program, run_once
from benchmarks.picture import draw
from benchmarks.points import keep_points, read_points
from benchmarks.sampler import WARM
from benchmarks.section import replace_head, replace_section
from benchmarks.targets import TARGETS, write_targets
from benchmarks.workload import SIZES, Size, make

_WITHOUT = Path(__file__).parents[1] / "benchmarks" / "without.py"
_SAMPLER = _WITHOUT.with_name("sampler.py")
TINY = Size("tiny", seed=2, projects=3, forms=True)


def test_same_bytes_at_every_call() -> None:
    assert list(content_files(make(TINY))) == list(content_files(make(TINY)))


def test_a_smaller_size_is_the_start_of_a_larger() -> None:
    assert make(TINY).projects == make(SIZES["M"]._replace(projects=5)).projects[:3]


def test_content_holds_the_figures_and_words_of_the_peers_data() -> None:
    files = dict(content_files(make(TINY)))
    peers = peer_data(make(TINY))["projects"]
    assert isinstance(peers, list) and len(peers) == 3
    for peer in peers:
        stem = next(name[:-5] for name in files if name.startswith(f"data/projects/{peer['id'][1:]}-"))
        ours = yaml.load(files[f"{stem}.yaml"], Loader=yaml.BaseLoader)
        total = ours["资金"]["年度资金总额"]
        assert (total["全年预算数"], total["全年执行数"]) == (peer["budget"], peer["spent"])
        assert (total["执行率"], ours["补充数据"]["机构数"]) == (f"{peer['rate']}%", f"{peer['count']}家")
        assert [row["得分"] for row in ours["绩效指标"]] == [row["score"] for row in peer["indicators"]]
        words = files[stem.replace("data/", "narrative/") + ".md"]
        assert _without_placeholders(words).strip() == _without_placeholders(peer["narrative"])


def test_scorecard_has_the_rows_of_the_peers_table() -> None:
    workload = make(SIZES["S"]._replace(projects=0))
    scorecard = yaml.load(dict(content_files(workload))["data/scorecard.yaml"], Loader=yaml.BaseLoader)
    ours = [
        (f"{part['名称']}（{part['分值']}分）", group["名称"], row["名称"], row["得分"])
        for part in scorecard["部分"]
        for group in part["分组"]
        for row in group["指标"]
    ]
    rows = peer_data(workload)["scoring"]
    assert isinstance(rows, list) and len(rows) == 20
    assert ours == [(row["l1"], row["l2"], row["l3"], row["score"]) for row in rows]
    assert scorecard["得分"] == str(sum(int(row["score"]) for row in rows))


def test_what_is_left_out_is_left_out(tmp_path: Path) -> None:
    """`without.py` reaches into the pipeline: this notices when a change there has taken its hold away."""
    generate(tmp_path, TINY)
    report = next((tmp_path / "tiny" / "content").glob("*/*"))
    said, sizes = {}, {}
    for stages in ("nothing", "checks", "checks,trace"):
        argv = [sys.executable, "-X", "importtime", str(_WITHOUT), stages, "build", str(report)]
        ran = subprocess.run(
            [*argv, "-o", str(tmp_path / stages)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        said[stages] = "compiler.checks.amounts" in ran.stderr
        sizes[stages] = sum(path.stat().st_size for path in (tmp_path / stages).rglob("trace.json"))
    assert said == {"nothing": True, "checks": False, "checks,trace": False}
    assert sizes["nothing"] == sizes["checks"] > 1000 > sizes["checks,trace"]


def test_generating_imports_nothing_of_the_compiler() -> None:
    for name in ("generate.py", "workload.py"):
        source = (Path(__file__).parents[1] / "benchmarks" / name).read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) compiler\b", source, re.MULTILINE)


def _without_placeholders(text: str) -> str:
    return re.sub(r"\{\{.*?\}\}", "□", text)


@pytest.mark.skipif(sys.platform == "win32", reason="no interval timer")
def test_the_sampler_accounts_for_the_whole_build(tmp_path: Path) -> None:
    generate(tmp_path, TINY)
    report = next((tmp_path / "tiny" / "content").glob("*/*"))
    written = tmp_path / "stages"
    subprocess.run(
        [sys.executable, str(_SAMPLER), str(written), "build", str(report), "-o", str(tmp_path / "out")],
        check=True,
        capture_output=True,
    )
    stages = dict(line.split("\t") for line in written.read_text(encoding="utf-8").splitlines())
    assert {"checks", "imports: the compiler"} <= stages.keys()  # what takes long enough to be met
    assert 0.05 < sum(map(float, stages.values())) < 60


def test_a_section_is_replaced_in_place(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    page.write_text("# A\n\n## One\n\n1\n\n## Two\n\n2\n", encoding="utf-8")
    replace_section(page, "## One", "## One\n\nnew\n")
    replace_section(page, "## Three", "## Three\n\n3\n")
    assert page.read_text(encoding="utf-8") == "# A\n\n## One\n\nnew\n\n## Two\n\n2\n\n## Three\n\n3\n"


def test_sections_stand_in_their_order(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    replace_head(page, "# A\n")
    for heading in ("## Imports", "## M: many", "## Another", "## Targets"):
        replace_section(page, heading.partition(":")[0], f"{heading}\n\n1\n")
    replace_head(page, "# B\n")
    assert re.findall(r"(?m)^#.*", page.read_text(encoding="utf-8")) == [
        "# B",
        "## Targets",
        "## M: many",
        "## Imports",
        "## Another",
    ]


def test_targets_are_filled_in_by_who_measured_them(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    write_targets(page, {"S": 1.5, "batch": 3.0})
    write_targets(page, {"unchanged": 299.6, "batch": None})
    rows = {
        line.split(" | ")[0][2:]: line.split(" | ", 1)[1]
        for line in page.read_text(encoding="utf-8").splitlines()[4:]
    }
    assert len(rows) == len(TARGETS)
    assert rows[TARGETS["S"].what] == "at most 1.8 × | 1.50 × | met |"
    assert rows[TARGETS["batch"].what] == "at most 2.5 × | not measured | — |"
    assert (
        rows[TARGETS["unchanged"].what] == "at least 300 reports/s | 300 reports/s | **missed** |"
    )  # as it was measured
    assert rows[TARGETS["L"].what].endswith("not measured | — |")


@pytest.mark.skipif(sys.platform == "win32", reason="no interval timer")
def test_reports_of_a_batch(tmp_path: Path) -> None:
    """The same on both sides, each a build of its own; and where a worker's time goes."""
    write_reports(tmp_path, [2, WARM + 1])
    folders = sorted((tmp_path / "content").glob("*/*/*"), key=lambda folder: folder.parent.name)
    assert [folder.parts[-3] for folder in folders] == ["to-2"] * 2 + [f"to-{WARM + 1}"] * (WARM - 1)
    theirs = yaml.load((tmp_path / "data" / "0001.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    ours = (folders[1] / "narrative" / "projects").iterdir()
    assert sorted(
        map(_without_placeholders, (path.read_text(encoding="utf-8").strip() for path in ours))
    ) == sorted(_without_placeholders(project["narrative"]) for project in theirs["projects"])
    argv = [sys.executable, str(_SAMPLER), str(tmp_path / "stages"), "worker", str(tmp_path / "out")]
    subprocess.run([*argv, *map(str, folders)], check=True, capture_output=True)
    assert len(list((tmp_path / "out").rglob("*.docx"))) == WARM + 1
    stages = dict(line.split("\t") for line in (tmp_path / "stages").read_text("utf-8").splitlines())
    assert "checks" in stages
    assert sum(map(float, stages.values())) < 2, "of one report: the first of a worker do not count"


def test_a_folder_is_fresh_and_workers_are_watched(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()
    child = "import time; held = bytearray(b'1') * 40_000_000; time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    argv = (sys.executable, "-c", parent)
    run = run_once(Program("held", argv, "", tmp_path, fresh=tmp_path / "out", watched=True))
    assert not (tmp_path / "out").exists()
    assert len(run.workers) == 1
    assert 40 < run.workers[0] < 100


def test_what_a_program_reads_is_read_before_its_clock_starts(tmp_path: Path) -> None:
    (tmp_path / "content" / "folder").mkdir(parents=True)
    files = [tmp_path / "data.yaml", tmp_path / "content" / "folder" / "file.md"]
    for file in files:
        file.write_text("text", encoding="utf-8")
        os.utime(file, (0, file.stat().st_mtime))
    inputs = (tmp_path / "data.yaml", tmp_path / "content")
    argv = (sys.executable, "-c", "pass")
    run_once(Program("reads", argv, "", tmp_path, inputs=inputs))
    if os.statvfs(tmp_path).f_flag & os.ST_NOATIME:
        pytest.skip("这个盘不记什么时候读过文件")
    assert all(file.stat().st_atime > 0 for file in files)
    with pytest.raises(subprocess.CalledProcessError):
        run_once(Program("reads", argv, "", tmp_path, inputs=(tmp_path / "none",)))


def test_the_picture_is_drawn_from_what_is_kept(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    page = tmp_path / "RESULTS.md"
    keep_points(page, "projects", {"chengwen": [(10, 12.345678), (1_000, 1.5)], "limit_own": [(10, 7.0)]})
    keep_points(page, "batch", {"chengwen, 2 processes": [(200, 17.0)]})
    kept = read_points(page)
    assert kept["projects"]["chengwen"] == [[10, 12.35], [1_000, 1.5]]
    assert list(kept) == ["batch", "projects"]
    draw(kept, tmp_path / "1.svg")
    draw(kept, tmp_path / "2.svg")
    drawn = (tmp_path / "1.svg").read_bytes()
    assert drawn == (tmp_path / "2.svg").read_bytes()
    assert all(words in drawn.decode() for words in (">limit_own<", ">milliseconds a report<", ">1,000<"))
