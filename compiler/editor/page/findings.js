/** The foot of the page: what does not compile and what the rules found, each a way to its place. */

import { byId, h } from "./dom.js";

const SEVERITY = { error: ["错误", "error"], warning: ["警告", "warning"], hint: ["提示", "note"], info: ["提示", "note"], note: ["提示", "note"] };
const MOST = 400;

export class Findings {
  /** `on`: go(finding), titleOf(slot). */
  constructor(on) {
    this.on = on;
    this.list = byId("findings-list");
    this.summary = byId("findings-summary");
    this.only = byId("findings-only");
    this.problems = [];
    this.findings = [];
    this.slot = "";
    this.state = "";
    this.only.addEventListener("change", () => this.draw());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[data-index]");
      if (row) this.on.go(this.shown[Number(row.dataset.index)]);
    });
    this.list.addEventListener("keydown", (event) => this.key(event));
  }

  /** What keeps the text from compiling, at once with every preview. */
  compiled(problems) {
    this.problems = problems;
    this.draw();
  }

  judged(findings) {
    this.findings = findings;
    this.draw();
  }

  at(slot) {
    this.slot = slot;
    if (this.only.checked) this.draw();
  }

  say(state) {
    this.state = state;
    this.count();
  }

  /** What is wrong in one narrative: line and severity. */
  of(slot) {
    return this.all.filter((finding) => finding.slot === slot)
      .map((finding) => ({ ...finding, severity: (SEVERITY[finding.severity] ?? SEVERITY.note)[1] }));
  }

  get all() {
    const same = (finding) => `${finding.code} ${finding.file} ${finding.line} ${finding.message}`;
    const now = new Set(this.problems.map(same));
    return [...this.problems, ...this.findings.filter((finding) => !now.has(same(finding)))];
  }

  draw() {
    const all = this.all.filter((finding) => !this.only.checked || finding.slot === this.slot);
    const signature = JSON.stringify(all);
    this.count();
    if (signature === this.signature) return;
    this.signature = signature;
    this.shown = all.slice(0, MOST);
    const at = Number(document.activeElement?.dataset?.index ?? -1);
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...this.shown.map((finding, index) => this.row(finding, index)));
    if (all.length > MOST) this.list.append(h("li", { class: "more", text: `还有 ${all.length - MOST} 处，改好上面的再看。` }));
    if (!all.length) {
      this.list.append(h("li", { class: "none", text: this.only.checked ? "这一节没有查出问题。" : "没有查出问题。" }));
    }
    const rows = this.buttons();
    rows.forEach((row, index) => { row.tabIndex = index === Math.max(0, at) ? 0 : -1; });
    if (focused) rows[Math.min(Math.max(0, at), rows.length - 1)]?.focus();
  }

  row(finding, index) {
    const [words, look] = SEVERITY[finding.severity] ?? SEVERITY.note;
    const name = finding.slot ? this.on.titleOf(finding.slot) : finding.file;
    const where = [name, finding.line ? `第 ${finding.line} 行` : ""].filter(Boolean).join("　");
    return h("li", {}, h("button", { type: "button", class: "finding", tabindex: -1, dataset: { index } },
      h("span", { class: `severity ${look}`, text: words }),
      h("span", { class: "message" }, finding.message, finding.hint ? h("small", { text: finding.hint }) : null),
      h("span", { class: "where", text: where }), h("code", { class: "code", text: finding.code })));
  }

  count() {
    const counts = { error: 0, warning: 0, note: 0 };
    for (const finding of this.all) counts[(SEVERITY[finding.severity] ?? SEVERITY.note)[1]] += 1;
    const words = [["error", "错误"], ["warning", "警告"], ["note", "提示"]]
      .filter(([look]) => counts[look]).map(([look, name]) => h("span", { class: `count ${look}`, text: `${name} ${counts[look]}` }));
    const state = this.state ? [h("span", { class: "quiet", text: this.state })] : [];
    this.summary.replaceChildren(...(words.length ? words : [h("span", { class: "quiet", text: this.state ? "" : "没有查出问题" })]), ...state);
  }

  buttons() { return [...this.list.querySelectorAll("button")]; }

  key(event) {
    const rows = this.buttons();
    const at = rows.indexOf(document.activeElement);
    const next = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1) }[event.key];
    if (at < 0 || !next) return;
    event.preventDefault();
    rows[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
