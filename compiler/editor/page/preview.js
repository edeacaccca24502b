/** The right of the page: asks for the report as it will print with the text as it stands, and hands it to the frame. */

import { Refusal, post } from "./api.js";
import { announce, byId } from "./dom.js";
import { remember, remembered } from "./remembered.js";

const AGAIN = 2500;

export class Preview {
  /** `on`: open(slot, line), figure(id, words, box), answer(answer, asked), leave(), key(keys), failed(error). */
  constructor(on) {
    this.on = on;
    this.frame = byId("preview-frame");
    this.status = byId("preview-status");
    this.order = [];
    this.html = new Map();
    this.seq = 0;
    this.running = null;
    this.wanted = null;
    this.ready = new Promise((resolve) => { this.isReady = resolve; });
    addEventListener("message", (event) => this.heard(event));
    this.white = remembered("white", false);
    byId("white-paper").setAttribute("aria-pressed", String(this.white));
    byId("white-paper").addEventListener("click", () => this.switchPaper());
    this.frame.src = "/preview";
  }

  /** A whole report, as /api/report gave it; `again` where it is the one that is shown, which then stays where it is. */
  async show(report, answer, again = false) {
    this.report = report;
    this.seq += 1;
    this.wanted = null;
    this.mark = answer.mark;
    this.order = answer.sections.map((section) => section.key);
    this.html = new Map(answer.sections.map((section) => [section.key, section.html]));
    this.version = answer.version;
    await this.ready;
    if (this.report !== report) return;
    this.send({
      type: "page", again, style: answer.style, order: this.order,
      sections: answer.sections.map(({ key, html, sheet }) => ({ key, html, sheet })),
    });
    this.say("current");
  }

  async say(state, words = "") {
    const version = this.version ? this.version.slice(0, 7) : "";
    this.status.dataset.state = state;
    this.status.textContent = {
      current: version ? `已是最新 · 版本 ${version}` : "",
      asking: "正在更新…",
      partial: `有写错的地方，其余照印 · 版本 ${version}`,
      stale: words || "预览不是最新的",
    }[state];
    this.status.title = version ? `预览对应的版本：${this.version}` : "";
  }

  words(words) {
    this.ready.then(() => this.send({ type: "words", words }));
  }

  /** The text changed: the newest is asked for as soon as the last answer is there. Without `follow` the page stays where it is. */
  ask(slot, text, follow = true) {
    this.follow = follow;
    this.wanted = { report: this.report, slot, text };
    clearTimeout(this.retry);
    if (!this.running) this.running = this.run();
  }

  async run() {
    while (this.wanted) {
      const asked = this.wanted;
      this.wanted = null;
      this.seq += 1;
      const seq = this.seq;
      const slow = setTimeout(() => this.say("asking"), 150);
      try {
        const answer = await post("/api/preview", { ...asked, since: this.mark, seq });
        if (asked.report === this.report && seq === this.seq) await this.take(answer, asked);
      } catch (error) {
        if (asked.report === this.report) {
          this.say("stale", error instanceof Refusal && error.unreachable ? "预览停了：连不上成文" : "预览不是最新的");
          this.retry = setTimeout(() => { if (!this.wanted) this.ask(asked.slot, asked.text); }, AGAIN);
          this.on.failed(error);
        }
        break;
      } finally {
        clearTimeout(slow);
      }
    }
    this.running = null;
    if (this.wanted) this.running = this.run();
  }

  async take(answer, asked) {
    // What is as in the last answer that was taken comes as null, or not at all.
    this.mark = answer.mark;
    const changed = Object.entries(answer.changed).map(([key, section]) => ({ key, ...section }));
    this.version = answer.version;
    await this.ready;
    if (answer.order) {
      this.order = answer.order;
      const known = new Set(this.order);
      for (const key of this.html.keys()) if (!known.has(key)) this.html.delete(key);
    }
    for (const { key, html } of changed) this.html.set(key, html);
    this.send({ type: "patch", order: answer.order, changed });
    this.place(asked.slot, this.line, this.follow);
    this.say(answer.problems.some((problem) => problem.severity === "error") ? "partial" : "current");
    this.on.answer(answer, asked);
  }

  /** Mark where the caret's line is printed; `scroll` is false, true, or "jump" for at once. */
  place(slot, line, scroll) {
    this.line = line;
    this.ready.then(() => this.send({ type: "place", slot, line, scroll }));
  }

  /** What one can refer to: {id, words, kind}, in the order of the page. */
  get places() {
    const found = [];
    for (const key of this.order) {
      // Parsed, never shown: nothing in it is loaded or run.
      const page = new DOMParser().parseFromString(this.html.get(key) ?? "", "text/html");
      for (const element of page.querySelectorAll("[data-name]")) {
        const caption = element.querySelector("caption, figcaption");
        const kind = element.matches("table") || element.querySelector("table") ? "表" : element.matches("figure") ? "图" : "章节";
        const label = caption ?? (kind === "表" ? element.querySelector("th, td") : element);
        const next = element.matches(".attachment-label") ? element.nextElementSibling?.textContent.trim() ?? "" : "";
        found.push({ id: element.dataset.name, words: `${label?.textContent.trim().slice(0, 80) ?? ""} ${next}`.trim(), kind });
      }
    }
    return found;
  }

  focus() { this.frame.focus(); this.send({ type: "focus" }); }

  /** Bring a section to the top, by its key. */
  reveal(key) { this.send({ type: "section", key }); }

  unpick() { this.send({ type: "unpick" }); }

  switchPaper() {
    this.white = !this.white;
    remember("white", this.white);
    byId("white-paper").setAttribute("aria-pressed", String(this.white));
    this.send({ type: "paper", white: this.white });
  }

  send(message) {
    // The frame has no origin to name; what it gets is the report that the writer sees anyway.
    this.frame.contentWindow?.postMessage(message, "*");
  }

  heard(event) {
    if (event.source !== this.frame.contentWindow || typeof event.data?.type !== "string") return;
    const told = event.data;
    if (told.type === "ready") {
      this.isReady();
      this.send({ type: "paper", white: this.white });
    } else if (told.type === "open" && typeof told.slot === "string") this.on.open(told.slot, Number(told.line) || 1);
    else if (told.type === "figure" && typeof told.figure === "string") this.on.figure(told.figure, String(told.text), this.within(told.box));
    else if (told.type === "said") announce(String(told.words).slice(0, 200));
    else if (told.type === "leave") this.on.leave();
    else if (told.type === "key") this.on.key(told);
    else if (told.type === "scrolled") this.on.scrolled();
  }

  /** A rectangle of the frame as one of the page. */
  within(box) {
    const frame = this.frame.getBoundingClientRect();
    const number = (value) => (Number.isFinite(value) ? value : 0);
    return new DOMRect(frame.left + number(box?.left), frame.top + number(box?.top), number(box?.width), number(box?.height));
  }
}
