/** The plain text box, for input methods and browsers that do not get on with the usual one. Same pattern as rich.js. */

import { h } from "./dom.js";
import { carriedOver, difference, figuresIn } from "./narrative.js";
import { fromClipboard } from "./pasting.js";
import { entered } from "./writing.js";

export class PlainBox {
  constructor(parent, on) {
    this.on = on;
    this.composing = false;
    this.area = h("textarea", {
      class: "plain-box", "aria-label": "叙述", "aria-describedby": "editor-hint", spellcheck: "false", autocomplete: "off",
      placeholder: "还没有写。在这里写这一节。",
      oninput: () => { if (!this.composing) this.on.changed(); this.on.caret(); },
      onbeforeinput: (event) => this.guard(event),
      oncompositionstart: () => { this.composing = true; },
      oncompositionend: () => { this.composing = false; this.on.changed(); this.on.settled(); },
      onkeydown: (event) => this.key(event),
      onpaste: (event) => this.pasted(event),
      onselect: () => this.on.caret(),
      onkeyup: () => this.on.caret(),
      onclick: () => this.on.caret(),
      onfocus: () => this.on.focused(true),
      onblur: () => this.on.focused(false),
    });
    parent.append(this.area);
  }

  get text() { return this.area.value; }

  get selection() { return { from: this.area.selectionStart, to: this.area.selectionEnd }; }

  get caret() { return this.area.selectionEnd; }

  get caretRectangle() { return this.area.getBoundingClientRect(); }

  // The browser keeps what can be undone to itself.
  get canUndo() { return true; }

  get canRedo() { return true; }

  open(text, writable) {
    this.area.value = text;
    this.area.readOnly = !writable;
    this.area.setSelectionRange(0, 0);
    this.area.scrollTop = 0;
  }

  renew(before, after, collided) {
    const joined = carriedOver(before, after, this.text);
    if (joined === null) {
      collided();
      return;
    }
    const change = difference(this.text, joined);
    if (!change) return;
    const { from, to } = this.selection;
    const moved = (at) => (at <= change.from ? at : Math.max(change.from, at + change.insert.length - (change.to - change.from)));
    this.area.setRangeText(change.insert, change.from, change.to, "preserve");
    this.area.setSelectionRange(moved(from), moved(to));
    this.on.changed();
  }

  tellChips() {}

  tellProblems() {}

  edit(change) {
    this.area.focus();
    this.area.setSelectionRange(change.from, change.to);
    this.allowed = true;
    // The only way of writing that the browser's own undo knows.
    if (!document.execCommand("insertText", false, change.insert)) {
      this.area.setRangeText(change.insert, change.from, change.to, "end");
    }
    this.allowed = false;
    this.area.setSelectionRange(...change.select);
    this.on.changed();
    this.on.caret();
  }

  select(from, to = from) {
    this.area.setSelectionRange(from, to);
    const line = this.text.slice(0, from).split("\n").length;
    const height = this.area.scrollHeight / Math.max(1, this.text.split("\n").length);
    this.area.scrollTop = Math.max(0, line * height - this.area.clientHeight / 2);
    this.on.caret();
  }

  undo() { this.area.focus(); document.execCommand("undo"); }

  redo() { this.area.focus(); document.execCommand("redo"); }

  focus() { this.area.focus(); }

  destroy() { this.area.remove(); }

  async settle() {
    if (this.composing) this.area.blur();
    for (let left = 25; left > 0 && this.composing; left -= 1) await new Promise((resolve) => { setTimeout(resolve, 20); });
  }

  /** Figures are not deleted or typed over by accident, nor broken by a letter within their braces. */
  guard(event) {
    if (this.allowed || event.inputType.startsWith("history")) return;
    const { from, to } = this.selection;
    const figures = figuresIn(this.text);
    const inside = figures.filter((figure) => figure.from < to && figure.to > from);
    if (from === to) {
      if (event.data?.endsWith("\\") && event.inputType.startsWith("insert") && figures.some((figure) => figure.from === from)
        && !/(?:^|[^\\])(?:\\\\)*\\$/.test(this.text.slice(0, from))) {
        // A backslash would make words of the figure behind it: two of them print as one.
        event.preventDefault();
        this.edit({ from, to, insert: `${event.data}\\`, select: [from + event.data.length + 1, from + event.data.length + 1] });
        return;
      }
      const before = event.inputType.startsWith("delete") && event.inputType.endsWith("Backward");
      const after = event.inputType.startsWith("delete") && event.inputType.endsWith("Forward");
      const hit = figures.find((figure) =>
        before ? figure.from < from && from <= figure.to : after ? figure.from <= from && from < figure.to
          : figure.from < from && from < figure.to);
      if (!hit) return;
      event.preventDefault();
      this.area.setSelectionRange(hit.from, hit.to);
      this.on.refused("armed", 1);
      return;
    }
    if (!inside.length) return;
    const whole = inside.length === 1 && inside[0].from === from && inside[0].to === to;
    if (whole && event.inputType.startsWith("delete")) return;
    if (event.inputType === "deleteByCut" && inside.every((figure) => from <= figure.from && figure.to <= to)) {
      this.on.refused("cut", inside.length);
      return;
    }
    event.preventDefault();
    const insert = event.inputType.startsWith("insert") ? event.data ?? "" : "";
    const text = this.text;
    this.on.refused("refused", inside.length, () => {
      if (this.text !== text) return false;
      const first = Math.min(from, inside[0].from);
      this.edit({ from: first, to: Math.max(to, inside.at(-1).to), insert, select: [first + insert.length, first + insert.length] });
      return true;
    }, Boolean(insert));
  }

  pasted(event) {
    const words = fromClipboard(event.clipboardData);
    const { from, to } = this.selection;
    // With figures in what is selected the guard has its say first.
    if (words === null || this.area.readOnly || figuresIn(this.text).some((figure) => figure.from < to && figure.to > from)) return;
    event.preventDefault();
    this.edit({ from, to, insert: words, select: [from + words.length, from + words.length] });
  }

  key(event) {
    if (event.keyCode === 229 && !this.composing) {
      const { from, to } = this.selection;
      const inside = figuresIn(this.text).filter((figure) => figure.from < to && figure.to > from);
      if (from !== to && inside.length) {
        this.area.setSelectionRange(to, to);
        this.on.refused("kept", inside.length);
      }
      return;
    }
    if (event.isComposing) return;
    const { from, to } = this.selection;
    if (event.key === "Enter" && !event.ctrlKey && !event.altKey && from === to && !this.area.readOnly) {
      const change = event.shiftKey ? null : entered(this.text, from);
      if (change) {
        event.preventDefault();
        this.edit(change);
      }
    }
  }
}
