/** What is on the desk: one report, one narrative of it, and those that are not saved yet. Brings the parts of the page together. */

import { get, post } from "./api.js";
import { goBack, showHistory, told } from "./comparing.js";
import { abandon, own } from "./copies.js";
import { byId, later, spokenTime } from "./dom.js";
import { hideOrigin, showOrigin } from "./origin.js";
import { complain, offer, sentences, withdraw } from "./notices.js";
import { watch } from "./news.js";
import { remember, remembered } from "./remembered.js";
import { Saver } from "./saving.js";
import { chooseSide, offerCopies, tellLeft } from "./settling.js";

export class Desk {
  constructor() {
    this.report = "";
    this.slot = "";
    this.savers = new Map();
    this.saver = null;
    this.shelf = [];
    this.opening = 0;
    this.judge = later(() => this.refreshFindings(), 1200);
    this.look = later(() => this.lookOutside().catch(complain), 1500);
    this.catchUp = later(() => this.reload().catch(complain), 300);
  }

  // Reports

  async start() {
    const { reports, workspace } = await get("/api/shelf");
    own(workspace);
    this.shelf = reports;
    this.chapters.shelf(reports);
    if (!reports.length) {
      byId("welcome").textContent = "没有找到报告。请把报告文件夹放在 content 里，再打开成文。";
      return;
    }
    const last = remembered("last");
    const newest = [...reports].sort((one, other) => Boolean(one.problem) - Boolean(other.problem) || other.year.localeCompare(one.year))[0];
    const first = reports.find((report) => report.id === last.report) ?? newest;
    await this.openReport(first.id, last.report === first.id ? last.slot : "");
    await tellLeft(this);
  }

  async openReport(report, slot = "") {
    this.opening += 1;
    const mine = this.opening;
    hideOrigin();
    await this.editor.settle();
    this.saver?.flush();
    this.preview.words("正在排版…");
    let answer;
    try {
      answer = await get("/api/report", { report });
    } catch (error) {
      if (mine === this.opening) this.preview.words(error.message);
      throw error;
    }
    await this.editor.settle();
    if (mine !== this.opening) return;
    this.saver?.flush();
    this.watching?.stop();
    this.report = report;
    this.leaveSlot();
    this.title = answer.title;
    byId("report-name").textContent = answer.title;
    byId("progress").textContent = answer.progress;
    this.chapters.show(report, answer.tree);
    this.findings.judged([]);
    this.findings.compiled(answer.problems ?? []);
    this.tellOthers(answer.others);
    await this.preview.show(report, answer);
    if (!answer.sections.length) this.preview.words("现在编不成：先改好下面列出的问题。");
    this.watching = watch(report, answer.revision ?? "", {
      news: (news, first) => this.news(news, first),
      lost: (error) => this.serverLost(error),
      back: () => this.serverBack(),
    });
    this.judge();
    const slots = this.chapters.slots;
    const wanted = slots.find((item) => item.slot === slot) ?? slots.find((item) => item.exists) ?? slots[0];
    if (wanted) await this.openSlot(wanted.slot, { focus: false });
    else {
      remember("last", { report, slot: "" });
      byId("slot-title").textContent = "这份报告只有表，没有要写的叙述";
    }
  }

  /** The whole page anew: what it is made from changed, and be it the style. */
  async reload() {
    const { report } = this;
    const answer = await get("/api/report", { report });
    if (report !== this.report) return;
    this.chapters.show(report, answer.tree);
    this.findings.compiled(answer.problems ?? []);
    await this.preview.show(report, answer, true);
    if (!answer.sections.length) this.preview.words("现在编不成：先改好下面列出的问题。");
    else if (this.slot && report === this.report) this.preview.ask(this.slot, this.editor.text);
  }

  // Narratives

  leaveSlot() {
    this.slot = "";
    this.saver = null;
    this.editor.close();
    byId("slot-title").textContent = "请在左边选一节";
    byId("slot-note").hidden = true;
  }

  async openSlot(slot, { line = 0, column = 1, focus = true, find = null } = {}) {
    hideOrigin();
    if (slot === this.slot) {
      if (line) this.editor.show(line, column, focus);
      else if (focus) this.editor.focus();
      if (find) this.selectFound(line, find);
      return;
    }
    this.opening += 1;
    const mine = this.opening;
    const { report } = this;
    await this.editor.settle();
    this.saver?.flush();
    const answer = await get("/api/text", { report, slot });
    // What was typed or composed meanwhile belongs to the narrative that is still in the box.
    await this.editor.settle();
    if (mine !== this.opening) return;
    this.saver?.flush();
    const key = `${report} ${slot}`;
    const kept = this.savers.get(key);
    this.slot = slot;
    for (const subject of ["merged", "outside", "figures"]) withdraw(subject);
    this.saver = kept && !kept.clean ? kept : this.newSaver(report, slot, answer);
    this.savers.set(key, this.saver);
    this.sweep();
    const text = this.saver.current;
    const title = this.chapters.titleOf(slot);
    byId("slot-title").textContent = title;
    document.title = `${title}　成文`;
    this.why = answer.writable ? "" : answer.why;
    this.editor.open(slot, text, text === answer.text ? answer.chips : [], answer.writable);
    this.chapters.choose(slot);
    this.findings.at(slot);
    this.tellProblems();
    this.noteOthers();
    this.showState(this.saver);
    remember("last", { report, slot });
    if (line) this.editor.show(line, column, focus);
    else if (focus) this.editor.focus();
    if (find) this.selectFound(line, find);
    this.preview.place(slot, this.editor.line || line || 1, "jump");
    if (text !== answer.text) this.preview.ask(slot, text);
    post("/api/here", { report, slot }).then(({ others }) => this.tellOthers(others), () => {});
    if (!kept || kept.clean) await offerCopies(this, answer);
  }

  newSaver(report, slot, { text, digest }) {
    return new Saver(report, slot, text, digest, {
      state: (saver) => this.stateChanged(saver),
      merged: (before, after, saver) => this.merged(before, after, saver),
      conflict: (saver) => chooseSide(this, saver).catch(complain),
    });
  }

  selectFound(line, words) {
    const start = this.editor.text.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    const at = this.editor.text.indexOf(words, start);
    if (at >= 0) this.editor.selectRange(at, at + words.length);
  }

  typed(text) {
    if (!this.saver) return;
    this.saver.typed(text);
    this.preview.ask(this.slot, text);
  }

  step(by) {
    const { slots } = this.chapters;
    const next = slots[slots.findIndex((item) => item.slot === this.slot) + by];
    if (next) this.openSlot(next.slot).catch(complain);
  }

  /** Save everything there is; resolves to whether all of it is saved. */
  async saveAll() {
    await this.editor.settle();
    const results = await Promise.all([...this.savers.values()].map((saver) => saver.flush()));
    return results.every(Boolean);
  }

  // Saving, told

  stateChanged(saver) {
    if (saver.state === "saved") {
      this.sweep();
      this.judge();
    }
    this.showState(this.saver ?? saver);
  }

  sweep() {
    for (const [key, saver] of this.savers) if (saver !== this.saver && saver.clean) this.savers.delete(key);
  }

  showState(saver) {
    const line = byId("save-state");
    const again = byId("save-again");
    const elsewhere = [...this.savers.values()].filter((other) => other !== saver && !other.clean);
    const failed = saver.state === "failed" ? saver : elsewhere.find((other) => other.state === "failed");
    let state = saver.state;
    let words = {
      saved: saver.when ? `已保存　${spokenTime(saver.when).replace("今天 ", "")}` : "已保存",
      waiting: "正在保存…", saving: "正在保存…", failed: "", conflict: "没有存上：两处都改过，等着选",
    }[state];
    if (this.why && state === "saved") words = `不能改：${this.why}`;
    if (failed) {
      state = "failed";
      words = failedWords(failed);
    } else if (elsewhere.length && state === "saved") {
      state = "waiting";
      words = `还有 ${elsewhere.length} 节正在保存…`;
    }
    if (line.textContent !== words) line.textContent = words;
    line.dataset.state = state;
    line.title = failed ? sentences(failed.error.message, failed.error.hint) : "";
    again.hidden = state !== "failed" && state !== "conflict";
    again.textContent = state === "conflict" ? "去选" : "再试";
    again.onclick = () => {
      if (saver.state === "conflict") chooseSide(this, saver).catch(complain);
      else for (const each of this.savers.values()) if (each.state === "failed") each.flush();
    };
  }

  merged(before, after, saver) {
    if (saver !== this.saver) return;
    this.editor.renew(before, after, { collided: () => saver.collide({ theirs: after, digest: saver.base }) });
    offer("merged", `“${this.chapters.titleOf(this.slot)}”在别处也改过，两边的字已经合在一起。`, [], { passing: true });
  }

  // What happens elsewhere

  news(news, first) {
    this.tellOthers(news.others);
    if (first) return;
    if (news.slots.includes(this.slot) || !this.editor.writable) this.look();
    const elsewhere = news.slots.some((slot) => slot !== this.slot && !this.savers.has(`${this.report} ${slot}`));
    if (news.data || elsewhere) {
      this.catchUp();
      this.judge();
    }
  }

  /** See whether the open narrative changed on the disk; `expected` when we made it change. */
  async lookOutside(expected = false) {
    const { saver, slot, report } = this;
    if (!saver || saver.running || saver.state === "conflict") return;
    const answer = await get("/api/text", { report, slot });
    if (saver !== this.saver || saver.running) return;
    this.allow(answer);
    if (answer.digest === saver.base) return;
    if (!saver.clean) {
      await saver.flush();
      return;
    }
    const before = saver.current;
    saver.renewed(answer.text, answer.digest);
    this.editor.renew(before, answer.text, { collided: () => saver.collide({ theirs: answer.text, digest: answer.digest }) });
    if (answer.text !== before && !expected) offer("outside", `“${this.chapters.titleOf(slot)}”在别处改过，已换成新的。`, [], { passing: true });
    this.preview.ask(slot, this.editor.text);
  }

  /** Whether the narrative can be written may change while it is open. */
  allow({ writable, why }) {
    if (writable === this.editor.writable || (!this.saver.clean && !writable)) return;
    this.why = writable ? "" : why;
    this.editor.allow(writable);
    this.noteOthers();
    this.showState(this.saver);
  }

  serverLost(error) {
    if (error.status === 401) abandon();
    offer("server", sentences(error.message, error.hint), [], { kind: "bad" });
    this.preview.say("stale", "预览停了：连不上成文");
  }

  serverBack() {
    withdraw("server");
    withdraw("complaint");
    offer("server", "又连上了。", [], { passing: true, kind: "good" });
    for (const saver of this.savers.values()) saver.flush();
    this.catchUp();
    this.judge();
  }

  tellOthers(others) {
    this.others = others ?? [];
    const box = byId("others");
    const names = this.others.map((other) => other.name + (other.computer ? `（${other.computer}）` : ""));
    box.textContent = names.length ? `${names.slice(0, 2).join("、")}${names.length > 2 ? ` 等 ${names.length} 人` : ""}也开着` : "";
    box.title = this.others.map((other) => `${other.name}（${other.computer}）${other.slot ? `：${this.chapters.titleOf(other.slot)}` : ""}，从${spokenTime(other.since)}`).join("\n");
    this.noteOthers();
  }

  noteOthers() {
    const here = (this.others ?? []).filter((other) => other.slot === this.slot && this.slot);
    const note = byId("slot-note");
    const words = [this.why && `只能看，不能改：${this.why}`, here.length && `${here.map((other) => other.name).join("、")}也开着这一节，两个人不要改同一段`]
      .filter(Boolean).join("。");
    note.textContent = words;
    note.hidden = !words;
  }

  // Answers

  answered(answer, asked) {
    if (asked.slot === this.slot && asked.text === this.editor.text) this.editor.tellChips(answer.chips, asked.text);
    this.findings.compiled(answer.problems);
    if (answer.tree) this.chapters.show(this.report, answer.tree);
    this.tellProblems();
  }

  async refreshFindings() {
    const { report } = this;
    this.findings.say("正在检查…");
    try {
      const answer = await get("/api/findings", { report });
      if (report !== this.report) return;
      this.findings.judged(answer.findings);
      if (answer.tree) this.chapters.show(report, answer.tree);
      byId("progress").textContent = answer.progress ?? "";
      this.tellProblems();
      this.findings.say("");
    } catch (error) {
      this.findings.say("没有检查成，过一会儿再查");
      if (error.status === 401) return;
      setTimeout(() => this.judge(), 5000);
    }
  }

  tellProblems() {
    if (this.slot) this.editor.tellProblems(this.findings.of(this.slot));
  }

  goTo(finding) {
    if (finding.slot) this.openSlot(finding.slot, { line: finding.line, column: finding.column }).catch(complain);
    else {
      const where = `${finding.file}${finding.line ? ` 第 ${finding.line} 行` : ""}`;
      offer("finding", `这一处在数据里，不在叙述里：${where}。请经办人改，改好以后这里自己更新。`, [], { passing: true });
    }
  }

  async history() {
    const { report, slot, saver } = this;
    if (!slot) return;
    await this.editor.settle();
    await saver.flush();
    const moment = await showHistory(report, slot, this.chapters.titleOf(slot), this.editor.writable);
    if (moment === null) return;
    let answer;
    try {
      answer = await goBack(report, slot, moment, saver.base);
    } catch (error) {
      if (!(error.status === 409 && error.body?.conflict)) throw error;
      saver.collide(error.body.conflict); // somebody has written in it since
      return;
    }
    if (saver !== this.saver) return;
    const before = saver.current;
    saver.renewed(answer.text, answer.digest);
    this.editor.renew(before, answer.text, { own: true });
    this.preview.ask(slot, answer.text);
    told("换回来了。刚才的样子也留在“从前的样子”里。");
  }

  origin(about, box, back) {
    const again = () => { if (this.slot) this.preview.ask(this.slot, this.editor.text, false); };
    return showOrigin(this.report, about, box, { again, back, version: () => this.preview.version ?? "" });
  }
}

/** What is safe comes first: the reason may be long. */
function failedWords({ copied, error }) {
  const reason = error.message.replace(/^没有存上(?:“[^”]*”)?[：，]/, "").replace(/[。.]$/, "");
  return `没有存上，字${copied ? "留在这个浏览器里" : "只在这个网页里，不要关"}：${reason}`;
}
