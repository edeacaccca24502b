/** What is on the desk: one report, one narrative of it, and those that are not saved yet. Brings the parts of the page together. */

import { get, post } from "./api.js";
import { goBack, roughPieces, settleConflict, showHistory, told } from "./comparing.js";
import { byId, later, spokenTime } from "./dom.js";
import { hideOrigin, showOrigin } from "./origin.js";
import { complain, offer, sentences, withdraw } from "./notices.js";
import { watch } from "./news.js";
import { remember, remembered } from "./remembered.js";
import { Saver, copies, copyOf, forget, setAside } from "./saving.js";

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
    const { reports } = await get("/api/shelf");
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
    this.tellLeft();
  }

  async openReport(report, slot = "") {
    this.opening += 1;
    const mine = this.opening;
    this.saver?.flush();
    hideOrigin();
    this.preview.words("正在排版…");
    let answer;
    try {
      answer = await get("/api/report", { report });
    } catch (error) {
      if (mine === this.opening) this.preview.words(error.message);
      throw error;
    }
    if (mine !== this.opening) return;
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
    this.watching = watch(report, {
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
    this.saver?.flush();
    const answer = await get("/api/text", { report, slot });
    if (mine !== this.opening) return;
    const key = `${report} ${slot}`;
    const kept = this.savers.get(key);
    this.slot = slot;
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
    if (!kept || kept.clean) await this.offerCopy(answer);
  }

  newSaver(report, slot, { text, digest }) {
    return new Saver(report, slot, text, digest, {
      state: (saver) => this.stateChanged(saver),
      merged: (before, after, saver) => this.merged(before, after, saver),
      conflict: (saver) => this.conflict(saver),
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
      words = `没有存上：${failed.error.message.replace(/[。.]$/, "")}。字留在这个浏览器里`;
    } else if (elsewhere.length && state === "saved") {
      state = "waiting";
      words = `还有 ${elsewhere.length} 节正在保存…`;
    }
    if (line.textContent !== words) line.textContent = words;
    line.dataset.state = state;
    line.title = failed?.error.hint ?? "";
    again.hidden = state !== "failed" && state !== "conflict";
    again.textContent = state === "conflict" ? "去选" : "再试";
    again.onclick = () => {
      if (saver.state === "conflict") this.conflict(saver);
      else for (const each of this.savers.values()) if (each.state === "failed") each.flush();
    };
  }

  merged(before, after, saver) {
    if (saver !== this.saver) return;
    this.editor.renew(before, after, () => saver.collide({ theirs: after, digest: saver.base }));
    offer("merged", "这一节在别处也改过，两边的字已经合在一起。", [], { passing: true });
  }

  async conflict(saver) {
    if (this.settling) return;
    this.settling = true;
    try {
      const { conflict } = saver;
      const mine = saver.current;
      const pieces = conflict.mine === mine && conflict.pieces ? conflict.pieces : roughPieces(conflict.theirs, mine);
      const title = this.chapters.titleOf(saver.slot);
      const text = await settleConflict({ mine, theirs: conflict.theirs, pieces }, { title: `两处都改过：${title}` });
      if (text === null) {
        this.showState(this.saver ?? saver);
        return;
      }
      if (saver === this.saver) this.editor.renew(this.editor.text, text);
      await saver.settle(text, conflict.digest);
      this.preview.ask(this.slot, this.editor.text);
    } finally {
      this.settling = false;
    }
  }

  /** Words of an earlier visit that never got to the server. */
  async offerCopy(answer) {
    const copy = copyOf(this.report, answer.slot);
    if (!copy) return;
    if (copy.text === answer.text) {
      forget(copy);
      return;
    }
    setAside(copy);
    const { saver } = this;
    const text = await settleConflict({ mine: copy.text, theirs: answer.text, pieces: roughPieces(answer.text, copy.text) }, {
      title: "上次没有存上的字", lead: `${spokenTime(copy.time)}写的字，当时没有存上，留在了这个浏览器里。要用哪一边？`, mine: "没有存上的", theirs: "现在存着的", mineTaken: "用没有存上的", theirsTaken: "用现在存着的",
    });
    if (text === null) return;
    forget(copy);
    if (text === answer.text || this.saver !== saver) return;
    this.editor.renew(this.editor.text, text);
    this.typed(this.editor.text);
    await saver.flush();
  }

  /** On the way in: say that there is something left of last time. */
  tellLeft() {
    const left = copies().filter((copy) => copy.slot !== this.slot || copy.report !== this.report);
    if (!left.length) return;
    const [copy] = left;
    offer("left", `上次有 ${left.length} 节的字没有存上，留在这个浏览器里。`, [["去看", async () => {
      if (copy.report !== this.report) await this.openReport(copy.report, copy.slot);
      await this.openSlot(copy.slot);
    }]]);
  }

  // What happens elsewhere

  news(news, first) {
    this.tellOthers(news.others);
    if (first) return;
    if (news.slots.includes(this.slot)) this.look();
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
    if (saver !== this.saver || answer.digest === saver.base || saver.running) return;
    if (!saver.clean) {
      await saver.flush();
      return;
    }
    const before = saver.current;
    saver.renewed(answer.text, answer.digest);
    this.editor.renew(before, answer.text, () => saver.collide({ theirs: answer.text, digest: answer.digest }));
    if (answer.text !== before && !expected) offer("outside", "这一节在别处改过，已换成新的。", [], { passing: true });
    this.preview.ask(slot, this.editor.text);
  }

  serverLost(error) {
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
    } catch {
      this.findings.say("没有检查成，过一会儿再查");
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
    await saver.flush();
    const moment = await showHistory(report, slot, this.chapters.titleOf(slot), this.editor.writable);
    if (moment === null) return;
    const answer = await goBack(report, slot, moment);
    if (saver !== this.saver) return;
    const before = saver.current;
    saver.renewed(answer.text, answer.digest);
    this.editor.renew(before, answer.text);
    this.preview.ask(slot, answer.text);
    told("换回来了。刚才的样子也留在“从前的样子”里。");
  }

  origin(about, box, back) {
    return showOrigin(this.report, about, box, back);
  }
}
