/** The usual text box: CodeMirror with chips and quiet marks. Made to the same pattern as plain.js; editor.js holds either. */

import {
  EditorSelection, EditorState, EditorView, Prec, Transaction, defaultKeymap, history, historyKeymap, keymap, placeholder,
  redo, redoDepth, undo, undoDepth,
} from "./vendor/codemirror.js";
import { chipAtCaret, chipField, chipGuard, chipsTold, deliberate, settled } from "./chips.js";
import { marks, problemsTold } from "./marks.js";
import { carriedOver, differences } from "./narrative.js";
import { fromClipboard } from "./pasting.js";
import { entered } from "./writing.js";

/**
 * `on` are the events: changed(), caret(), settled() after composing, refused(kind, count, proceed, replaced), pick(),
 * chip(chip, rectangle), focused(boolean).
 */
export class RichBox {
  constructor(parent, on, label = "叙述") {
    this.on = on;
    this.label = label;
    this.waiting = [];
    this.calming = 0;
    this.view = null;
    this.view = new EditorView({ parent, state: this.state("", true) });
  }

  state(text, writable) {
    return EditorState.create({
      doc: text,
      extensions: [
        chipField,
        chipGuard((...told) => this.on.refused(...told), () => this.view),
        marks,
        history({ newGroupDelay: 700 }),
        EditorView.lineWrapping,
        EditorState.readOnly.of(!writable),
        EditorState.phrases.of(PHRASES),
        placeholder("还没有写。在这里写这一节。"),
        EditorView.contentAttributes.of({
          "aria-label": this.label, "aria-describedby": "editor-hint", tabindex: "0", spellcheck: "false", autocorrect: "off", autocapitalize: "off",
          "aria-readonly": writable ? "false" : "true",
        }),
        Prec.high(keymap.of([
          { key: "Enter", run: () => this.enter() },
          { key: "Alt-Enter", run: () => this.askChip() },
          { key: "Mod-Shift-Backspace", run: () => this.deleteSelected() },
        ])),
        keymap.of([...historyKeymap, ...defaultKeymap.filter((binding) => !TAKEN.has(binding.key))]),
        EditorView.inputHandler.of((view, from, to, text) => this.typed(from, to, text)),
        EditorView.domEventHandlers({
          click: (event) => this.clicked(event),
          keydown: (event) => this.beforeComposing(event),
          paste: (event) => this.pasted(event),
          compositionend: () => {
            clearTimeout(this.calming);
            this.calming = setTimeout(() => this.calm(), 30);
            return false;
          },
          focus: () => { this.on.focused(true); return false; },
          blur: () => { this.on.focused(false); return false; },
        }),
        EditorView.updateListener.of((update) => this.updated(update)),
      ],
    });
  }

  // What it holds

  get text() { return this.view.state.doc.toString(); }

  get composing() { return this.view.composing || this.view.compositionStarted; }

  get selection() {
    const { from, to } = this.view.state.selection.main;
    return { from, to };
  }

  get caret() { return this.view.state.selection.main.head; }

  get caretRectangle() { return this.view.coordsAtPos(this.caret); }

  get canUndo() { return undoDepth(this.view.state) > 0; }

  get canRedo() { return redoDepth(this.view.state) > 0; }

  /** Another narrative: nothing of the last one can be undone into it. */
  open(text, writable) {
    this.waiting = [];
    this.view.setState(this.state(text, writable));
    this.view.scrollDOM.scrollTop = 0;
  }

  /**
   * The same narrative, `before` as it was when somebody else's words came in and `after` with them. The caret and what can be
   * undone stay: what others wrote is not the writer's to undo, but with `own` it is. `collided` is called where the words do
   * not fit with what an input method composed meanwhile.
   */
  renew(before, after, collided, own = false) {
    this.quietly(() => {
      const joined = carriedOver(before, after, this.text);
      if (joined === null) {
        collided();
        return;
      }
      const changes = differences(this.text, joined);
      if (!changes.length) return;
      const annotations = [deliberate.of(true), Transaction.userEvent.of(own ? "input.own" : "outside"), Transaction.addToHistory.of(own)];
      this.view.dispatch({ changes, annotations });
    });
  }

  tellChips(chips) {
    const { text } = this;
    this.quietly(() => { if (this.text === text) this.view.dispatch({ effects: chipsTold.of(chips) }); });
  }

  tellProblems(lines) {
    this.quietly(() => this.view.dispatch({ effects: problemsTold.of(lines) }));
  }

  // What is done with it

  edit(change) {
    this.view.dispatch({
      changes: { from: change.from, to: change.to, insert: change.insert },
      selection: EditorSelection.range(...change.select),
      scrollIntoView: true,
      userEvent: "input.format",
    });
  }

  select(from, to = from) {
    this.view.dispatch({
      selection: EditorSelection.range(from, to),
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
  }

  undo() { undo(this.view); }

  redo() { redo(this.view); }

  focus() { this.view.focus(); }

  destroy() { this.view.destroy(); }

  // Events

  updated(update) {
    if (update.docChanged && !this.composing) this.on.changed();
    if (update.docChanged || update.selectionSet) this.on.caret();
  }

  enter() {
    const { from, to } = this.selection;
    if (from !== to) return false;
    const change = entered(this.text, from);
    if (!change || this.composing || this.view.state.readOnly) return false;
    this.edit(change);
    return true;
  }

  pasted(event) {
    const words = fromClipboard(event.clipboardData);
    if (words === null || this.view.state.readOnly) return false;
    event.preventDefault();
    this.view.dispatch(this.view.state.replaceSelection(words), { userEvent: "input.paste", scrollIntoView: true });
    return true;
  }

  /** Two braces open the list of figures: nobody has to know what goes between them. */
  typed(from, to, text) {
    if (from !== to || this.composing || (text !== "{" && text !== "｛")) return false;
    if (this.view.state.sliceDoc(from - 1, from) !== text) return false;
    this.view.dispatch({ changes: { from: from - 1, to, insert: "" }, userEvent: "input.type" });
    this.on.pick();
    return true;
  }

  clicked(event) {
    const element = event.target.closest?.(".chip");
    if (!element) return false;
    const at = this.view.posAtDOM(element);
    const chip = this.view.state.field(chipField).list.find((item) => item.from <= at && at <= item.to);
    if (!chip) return false;
    // Before it is drawn anew as selected.
    const box = element.getBoundingClientRect();
    // The caret behind it, and not the figure selected: a press of Delete takes nothing away.
    this.view.dispatch({ selection: EditorSelection.cursor(chip.to) });
    this.on.chip(chip, box);
    return true;
  }

  askChip() {
    const chip = chipAtCaret(this.view.state);
    if (!chip) return false;
    const start = this.view.coordsAtPos(chip.from);
    const end = this.view.coordsAtPos(chip.to) ?? start;
    if (start) this.on.chip(chip, new DOMRect(start.left, start.top, Math.max(8, end.left - start.left), start.bottom - start.top));
    return true;
  }

  deleteSelected() {
    const { from, to } = this.selection;
    if (from === to || this.view.state.readOnly) return false;
    this.view.dispatch({ changes: { from, to }, annotations: deliberate.of(true), userEvent: "delete.figures" });
    return true;
  }

  /** An input method types over the selection before we are asked: what has figures in it is let go first. */
  beforeComposing(event) {
    if (event.keyCode !== 229 || this.composing) return false;
    const { from, to } = this.selection;
    const inside = this.view.state.field(chipField).list.filter((chip) => chip.from < to && chip.to > from);
    if (from === to || !inside.length) return false;
    this.view.dispatch({ selection: EditorSelection.cursor(to) });
    this.on.refused("kept", inside.length);
    return false;
  }

  /** Do it now, or when the input method is done. */
  quietly(work) {
    if (this.composing) this.waiting.push(work);
    else work();
  }

  /** Let what an input method composes stand as it is; resolves when `text` has it and the events are told. */
  async settle() {
    if (this.composing) this.view.contentDOM.blur();
    for (let left = 25; left > 0 && (this.composing || this.calming); left -= 1) {
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  }

  calm() {
    this.calming = 0;
    if (this.composing) return;
    this.view.dispatch({ effects: settled.of(null) });
    for (const work of this.waiting.splice(0)) work();
    this.on.changed();
    this.on.settled();
  }
}

// Keys that the page has for something else, or that would only surprise: the rest are as in any text box.
const TAKEN = new Set([
  "Mod-Enter", "Mod-/", "Alt-A", "Ctrl-k", "Mod-[", "Mod-]", "Mod-Alt-\\", "Mod-i", "Alt-l", "Shift-Mod-k", "Shift-Mod-\\", "Ctrl-m", "Shift-Alt-m",
  "Alt-ArrowUp", "Alt-ArrowDown", "Shift-Alt-ArrowUp", "Shift-Alt-ArrowDown", "Mod-Alt-ArrowUp", "Mod-Alt-ArrowDown",
]);

const PHRASES = {
  "Undo": "撤销", "Redo": "重做", "Control character": "控制字符", "Selection deleted": "已删去",
};
