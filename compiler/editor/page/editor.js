/** The middle of the page: one narrative in a text box of either kind, its buttons, and what it tells the rest. */

import { announce, byId, h, tool } from "./dom.js";
import { rememberFigures } from "./figured.js";
import { lineAt, offsetAt, toUnits } from "./narrative.js";
import { offer, withdraw } from "./notices.js";
import { PlainBox } from "./plain.js";
import { remember, remembered } from "./remembered.js";
import { RichBox } from "./rich.js";
import * as writing from "./writing.js";

const HINTS = {
  rich: "回车另起一段，Shift+回车只换行。数是整块的：点一下看从哪里来（Alt+回车）；退格先选中，再按一次才删去。",
  plain: "纯文本框：数写成双花括号里的名称，印出来的样子看右边。",
};

export class Editor {
  /** `on`: changed(text), caret(line), pick(), chip(chip, box), reference(), history(). */
  constructor(on) {
    this.on = on;
    this.slot = "";
    this.writable = false;
    this.host = byId("editor-host");
    this.plain = remembered("plain", false);
    this.line = 0;
    this.told = [];
    this.makeTools();
    this.makeBox("", false);
    this.enable(false);
  }

  get text() { return this.box.text; }

  get composing() { return this.box.composing; }

  get selection() { return this.box.selection; }

  get caretBox() { return this.box.caretRectangle; }

  /** Show a narrative; `chips` in the server's code points. */
  open(slot, text, chips, writable) {
    this.slot = slot;
    this.writable = writable;
    this.line = 0;
    withdraw("figures");
    this.box.open(text, writable);
    this.tellChips(chips, text);
    this.enable(true);
    this.caretMoved();
  }

  close() {
    this.slot = "";
    this.box.open("", false);
    this.enable(false);
  }

  /**
   * The text as it became elsewhere, or with `own` as the writer chose it: the caret stays. What can be undone stays in the usual
   * box, and of others' words nothing can be; in the plain one the browser forgets what can be undone.
   */
  renew(before, after, { collided = () => {}, own = false } = {}) { this.box.renew(before, after, collided, own); }

  tellChips(chips, text) {
    const units = toUnits(text);
    this.told = chips.map((chip) => ({
      expression: chip.expression.trim(), text: chip.text, figure: chip.figure, problem: chip.problem, from: units(chip.start), to: units(chip.end),
    }));
    rememberFigures(this.told);
    this.box.tellChips(this.told);
  }

  tellProblems(problems) {
    const lines = new Map();
    for (const { line, severity } of problems) if (line && (!lines.has(line) || severity === "error")) lines.set(line, severity);
    this.box.tellProblems(lines);
  }

  /** Put the caret at a line and column, from 1, and take the focus. */
  show(line, column = 1, focus = true) {
    this.box.select(offsetAt(this.text, line, column));
    if (focus) this.box.focus();
  }

  selectRange(from, to) {
    this.box.select(from, to);
    this.box.focus();
  }

  /** Put words at the caret, in place of what is selected. */
  insert(words) {
    const { from, to } = this.box.selection;
    const caret = from + words.length;
    this.box.edit({ from, to, insert: words, select: [caret, caret] });
    this.box.focus();
  }

  focus() { this.box.focus(); }

  /** Let what an input method composes stand as it is; resolves when the text has it. */
  settle() { return this.box.settle(); }

  /** Whether one can write: the text is the same. */
  allow(writable) {
    const { from, to } = this.box.selection;
    this.writable = writable;
    this.box.open(this.text, writable);
    this.box.tellChips(this.told);
    this.box.select(from, to);
    this.enable(true);
  }

  /** Do what a button or key says: the name of a function of writing.js, undo or redo. */
  do(name) {
    if (!this.writable || this.composing) return;
    if (name === "undo" || name === "redo") this.box[name]();
    else {
      const { from, to } = this.box.selection;
      this.box.edit(writing[name](this.text, from, to));
    }
    this.box.focus();
  }

  async switchBox() {
    await this.settle();
    const { text } = this;
    const { from, to } = this.selection;
    this.plain = !this.plain;
    remember("plain", this.plain);
    this.box.destroy();
    this.makeBox(text, this.writable);
    this.box.tellChips(this.told);
    this.box.select(from, to);
    this.box.focus();
    announce(this.plain ? "换成了纯文本框" : "换回了平常的文本框");
  }

  // Parts

  makeBox(text, writable) {
    const on = {
      changed: () => {
        withdraw("figures");
        this.on.changed(this.text);
        this.showUndo();
      },
      caret: () => this.caretMoved(),
      settled: () => {},
      focused: (here) => this.host.classList.toggle("focused", here),
      pick: () => this.on.pick(),
      chip: (chip, box) => this.on.chip(chip, box),
      refused: (...told) => this.refused(...told),
    };
    this.box = this.plain ? new PlainBox(this.host, on) : new RichBox(this.host, on);
    this.box.open(text, writable);
    this.host.classList.toggle("plain", this.plain);
    byId("editor-hint").textContent = this.plain ? HINTS.plain : HINTS.rich;
    this.plainTool.setAttribute("aria-pressed", String(this.plain));
  }

  makeTools() {
    const press = (name) => () => this.do(name);
    this.undoTool = tool("undo", "撤销", press("undo"), { keys: "Ctrl+Z" });
    this.redoTool = tool("redo", "重做", press("redo"), { keys: "Ctrl+Y" });
    this.plainTool = tool("plain", "纯文本框：输入法不听使唤时用", () => this.switchBox());
    this.tools = byId("editor-tools");
    this.tools.append(
      tool("figure", "插入数", () => this.on.pick(), { keys: "Ctrl+M", text: "插入数" }),
      h("span", { class: "gap" }),
      tool("bold", "加粗", press("bold"), { keys: "Ctrl+B" }),
      tool("emphasis", "强调（印成楷体）", press("emphasis"), { keys: "Ctrl+I" }),
      tool("heading", "小标题", press("heading"), { keys: "Ctrl+Alt+1" }),
      tool("list", "分条", press("list"), { keys: "Ctrl+Shift+8" }),
      tool("numbers", "编号分条", press("numbers"), { keys: "Ctrl+Shift+7" }),
      tool("quote", "引文", press("quote"), { keys: "Ctrl+Shift+9" }),
      tool("table", "表", press("table")),
      tool("picture", "图", press("picture")),
      tool("reference", "引用章节、表、图", () => this.on.reference(), { keys: "Ctrl+K" }),
      h("span", { class: "gap" }),
      this.undoTool,
      this.redoTool,
      h("span", { class: "gap" }),
      tool("history", "这一节从前的样子", () => this.on.history(), { keys: "Ctrl+Shift+H" }),
      this.plainTool,
    );
    roving(this.tools);
  }

  enable(open) {
    this.host.hidden = !open;
    for (const button of this.tools.querySelectorAll("button")) {
      button.disabled = !open || (!this.writable && button.title.startsWith("这一节") === false && button !== this.plainTool);
    }
    this.showUndo();
  }

  showUndo() {
    this.undoTool.disabled = !this.slot || !this.writable || !this.box.canUndo;
    this.redoTool.disabled = !this.slot || !this.writable || !this.box.canRedo;
  }

  caretMoved() {
    if (!this.slot) return;
    const line = lineAt(this.text, this.box.caret);
    if (line === this.line) return;
    this.line = line;
    this.on.caret(line);
  }

  refused(kind, count, proceed, replaced) {
    const figures = count === 1 ? "一个数" : `${count} 个数`;
    if (kind === "armed") {
      announce("选中了这个数，再按一次才删去");
      return;
    }
    if (kind === "cut") {
      offer("figures", `剪切的字里有${figures}，粘贴就回来。`, [["撤销", () => this.do("undo")]], { passing: true });
      return;
    }
    if (kind === "kept") {
      offer("figures", `选中的字里有${figures}，没有替换；字接在后面写。`, [], { passing: true });
      return;
    }
    offer("figures", `选中的字里有${figures}，没有${replaced ? "替换" : "删去"}。`, [
      [replaced ? "连数一起替换" : "连数一起删去", () => {
        if (!proceed()) offer("figures", "字已经变了，请重新选中再删。", [], { passing: true });
      }, "Ctrl+Shift+退格"],
    ]);
  }
}

/** A toolbar is one stop of the Tab key; the arrows go along it. */
export function roving(toolbar) {
  const buttons = () => [...toolbar.querySelectorAll("button")].filter((button) => !button.disabled);
  const make = (current) => {
    for (const button of toolbar.querySelectorAll("button")) button.tabIndex = button === current ? 0 : -1;
  };
  make(toolbar.querySelector("button"));
  toolbar.addEventListener("focusin", (event) => { if (event.target.matches("button")) make(event.target); });
  toolbar.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || !all.length) return;
    event.preventDefault();
    all[(next + all.length) % all.length].focus();
  });
}

