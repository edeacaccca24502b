/** What takes a while: building, the check report, comparing with a version, freezing one. */

import { download, get, post } from "./api.js";
import { h, spokenTime } from "./dom.js";
import { complain, dialog, sentences } from "./notices.js";

const LOOK = 350;
const STAGES = { docx: "写 Word 文件", html: "写网页", pdf: "印 PDF" };

/** Choose formats and build. `before` saves what is not saved and tells whether it is. */
export function build(report, before) {
  const box = dialog("生成报告", { name: "job" });
  const formats = formatBoxes();
  box.body.append(h("p", { text: "按存上的字和数据，生成可以发出去的文件。" }), formats.element);
  start(box, "生成", before, () => ({ report, what: "build", formats: formats.chosen() }));
  return box.done;
}

export function checkReport(report, before) {
  const box = dialog("检查报告", { name: "job" });
  box.body.append(h("p", { text: "把查出的问题写成一页，可以打印、转给经办人。" }));
  start(box, "写检查报告", before, () => ({ report, what: "check" }));
  return box.done;
}

export async function compare(report, before) {
  const box = dialog("与从前的一版比较", { name: "job" });
  const select = h("select", { "aria-label": "与哪一版比较" });
  const known = await versionsOf(report);
  const sound = known.filter((version) => version.sound !== false);
  select.append(...sound.map((version) => h("option", { value: version.number, text: versionWords(version) })));
  if (!sound.length) {
    box.body.append(h("p", { text: "还没有归档过，没有可以比较的版。" }));
    box.foot.append(h("button", { type: "button", text: "关闭", onclick: () => box.close() }));
    return box.done;
  }
  box.body.append(h("p", { text: "增加、删去、改动的地方都标出来。" }), h("label", { class: "field" }, "与哪一版比较", select));
  start(box, "比较", before, () => ({ report, what: "compare", version: Number(select.value) }));
  return box.done;
}

export async function freeze(report, before) {
  const box = dialog("归档一版", { name: "job" });
  const note = h("input", { type: "text", maxlength: 200, required: true, placeholder: "例如：报区财政局", spellcheck: "false" });
  const formats = formatBoxes();
  const known = await versionsOf(report);
  box.body.append(
    h("p", { text: "把现在的报告原样留存，以后可查、可比较，不能再改。" }),
    h("label", { class: "field" }, "这一版是做什么的", note), formats.element);
  if (known.length) {
    box.body.append(h("details", { class: "versions" }, h("summary", { text: `已经归档 ${known.length} 版` }),
      h("ul", {}, known.map((version) => h("li", { text: versionWords(version) })))));
  }
  start(box, "归档", before, () => {
    if (!note.value.trim()) {
      note.focus();
      throw new Error("写几个字，说明这一版是做什么的。");
    }
    return { report, what: "freeze", note: note.value.trim(), formats: formats.chosen() };
  });
  note.focus();
  return box.done;
}

async function versionsOf(report) {
  try {
    return (await get("/api/versions", { report })).versions;
  } catch (error) {
    complain(error);
    return [];
  }
}

function versionWords(version) {
  return [`第 ${version.number} 版`, version.at && spokenTime(version.at), version.by, version.note].filter(Boolean).join("　");
}

function formatBoxes() {
  const kinds = [["docx", "Word 文件", true], ["html", "网页", true], ["pdf", "PDF（归档用，要装有 LibreOffice）", false]];
  const boxes = kinds.map(([value, words, on]) => {
    const box = h("input", { type: "checkbox", value });
    box.checked = on;
    return [box, h("label", { class: "check" }, box, words)];
  });
  return {
    element: h("fieldset", { class: "formats" }, h("legend", { text: "要哪些文件" }), boxes.map(([, label]) => label)),
    chosen: () => boxes.filter(([box]) => box.checked).map(([box]) => box.value),
  };
}

/** The button that starts it, and then the progress, and then the files, all in the same dialog. */
function start(box, verb, before, request) {
  const area = h("div", { class: "job-area", role: "status" });
  const go = h("button", { type: "button", class: "main", text: verb });
  const shut = h("button", { type: "button", text: "关闭", onclick: () => box.close() });
  box.body.append(area);
  box.foot.append(shut, go);
  go.addEventListener("click", async () => {
    try {
      const asked = request();
      go.disabled = true;
      area.replaceChildren(h("p", { class: "quiet", text: "先把字存上…" }));
      if (!await before()) throw new Error("还有字没有存上，没有开始。请先看页面上方怎么说。");
      const { job } = await post("/api/job", asked);
      await follow(job, area, box);
      // A version more by a second click is nobody's wish.
      if (asked.what === "freeze" && area.querySelector(".good-words")) go.hidden = true;
      else go.textContent = `再${verb}一次`;
    } catch (error) {
      area.replaceChildren(h("p", { class: "bad-words", text: sentences(error.message, error.hint) }));
    }
    go.disabled = false;
  });
  if (!box.body.querySelector("input[type=text]")) go.focus();
}

async function follow(id, area, box) {
  const bar = h("progress", { "aria-label": "做到哪里了" });
  const words = h("p", { class: "quiet", text: "正在做…" });
  area.replaceChildren(bar, words);
  for (;;) {
    const job = await get("/api/job", { job: id });
    if (job.state === "done" || job.state === "failed") {
      show(job, area);
      return;
    }
    if (job.whole > 0) {
      bar.max = job.whole;
      bar.value = job.done;
    } else bar.removeAttribute("value");
    const stage = STAGES[job.stage] ?? job.stage;
    words.textContent = job.state === "waiting" ? "前面还有事没有做完，在等…" : [stage, job.whole > 1 && `${job.done}／${job.whole}`].filter(Boolean).join(" ") || "正在做…";
    await new Promise((resolve) => { setTimeout(resolve, LOOK); });
    // Closed meanwhile: it is done all the same.
    if (!box.element.isConnected) return;
  }
}

function show(job, area) {
  area.replaceChildren(h("p", { class: job.state === "failed" ? "bad-words" : "good-words", text: job.message || "做好了。" }));
  if (!job.files?.length) return;
  area.append(h("ul", { class: "files" }, job.files.map((file) => h("li", {}, h("button", {
    type: "button", text: `下载 ${file.name}`, onclick: () => download(file.id, file.name).catch(complain),
  }), h("small", { text: sizeWords(file.size) })))));
  area.querySelector("button")?.focus();
}

function sizeWords(bytes) {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
