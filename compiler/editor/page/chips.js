/**
 * Figures in the text as chips: what stands between the braces is not shown and not typed into, and does not go by accident.
 *
 * The text always holds the braces; a chip only covers them. Where chips stand is found again after every change, except
 * while an input method composes: nothing may be drawn anew around the words being composed, or the browser drops them.
 */

import { Annotation, Decoration, EditorSelection, EditorState, EditorView, StateEffect, StateField, WidgetType } from "./vendor/codemirror.js";
import { figuresIn, lostFigures, shortName } from "./narrative.js";

/** On a change that may take figures away: somebody said so, or it is not the writer's own. */
export const deliberate = Annotation.define();

/** What the server told of the figures: [{from, to, expression, text, figure, problem}]. */
export const chipsTold = StateEffect.define();

/** Composing is over: look at the text again. */
export const settled = StateEffect.define();

/** Whether a transaction is a piece of what an input method composes. */
export const composes = (transaction) => transaction.isUserEvent("input.type.compose");

class ChipWidget extends WidgetType {
  constructor(chip, selected) {
    super();
    this.chip = chip;
    this.selected = selected;
  }

  eq(other) {
    return this.selected === other.selected && this.chip.expression === other.chip.expression
      && this.chip.text === other.chip.text && this.chip.problem === other.chip.problem;
  }

  toDOM() {
    const { expression, text, problem } = this.chip;
    const element = document.createElement("span");
    element.className = ["chip", problem && "wrong", !text && "pending", this.selected && "selected"].filter(Boolean).join(" ");
    element.textContent = text || (problem ? `${shortName(expression)}？` : shortName(expression));
    element.title = problem ? `${expression}\n${problem}` : expression;
    return element;
  }

  ignoreEvent() {
    return false;
  }
}

/** {list, chips, told}: where chips stand and what they show; `told` is what each expression printed last. */
export const chipField = StateField.define({
  create: (state) => scanned(state, [], new Map()),
  update(value, transaction) {
    let { told } = value;
    let before = value.list;
    for (const effect of transaction.effects) {
      if (!effect.is(chipsTold)) continue;
      told = new Map(told);
      for (const chip of effect.value) told.set(chip.expression, chip);
      before = effect.value;
    }
    const fresh = told !== value.told;
    if (transaction.docChanged) {
      const kept = (fresh ? value.list : before).map((chip) => ({
        ...chip, from: transaction.changes.mapPos(chip.from, 1), to: transaction.changes.mapPos(chip.to, -1),
      }));
      if (composes(transaction)) {
        return { list: kept, chips: value.chips.map(transaction.changes), told, selected: value.selected };
      }
      return scanned(transaction.state, fresh ? before : kept, told);
    }
    const again = fresh || transaction.effects.some((effect) => effect.is(settled));
    if (again || selectedChip(transaction.state, value.list) !== value.selected) {
      return scanned(transaction.state, before, told);
    }
    return value;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => value.chips),
    EditorView.atomicRanges.of((view) => view.state.field(field).chips),
  ],
});

function scanned(state, before, told) {
  const shown = new Map(before.map((chip) => [`${chip.from} ${chip.expression}`, chip]));
  const list = figuresIn(state.doc.toString()).map((found) => {
    const known = shown.get(`${found.from} ${found.expression}`) ?? told.get(found.expression);
    return { text: "", figure: "", problem: "", ...known, ...found };
  });
  const selected = selectedChip(state, list);
  const chips = Decoration.set(list.map((chip) =>
    Decoration.replace({ widget: new ChipWidget(chip, chip.from === selected) }).range(chip.from, chip.to)));
  return { list, chips, told, selected };
}

/** Where the chip starts that is selected, it alone; -1 without one. */
function selectedChip(state, list) {
  const { from, to } = state.selection.main;
  if (from === to) return -1;
  return list.some((chip) => chip.from === from && chip.to === to) ? from : -1;
}

/** The chip that the selection is, or that the caret touches; undefined without one. */
export function chipAtCaret(state) {
  const { from, to } = state.selection.main;
  const { list } = state.field(chipField);
  return list.find((chip) => chip.from === from && chip.to === to)
    ?? (from === to ? list.find((chip) => chip.to === from) ?? list.find((chip) => chip.from === from) : undefined);
}

/**
 * Keeps figures: Backspace or Delete beside a chip selects it, and takes it away when pressed once more; whatever else would
 * take figures away is not done. `tell(event, count, proceed)` says it: event "armed", "cut" or "refused", the last with a
 * function that does it after all.
 */
export function chipGuard(tell, view) {
  return EditorState.transactionFilter.of((transaction) => {
    if (!transaction.docChanged || transaction.annotation(deliberate) || transaction.isUserEvent("undo")
      || transaction.isUserEvent("redo")) return transaction;
    const { list } = transaction.startState.field(chipField);
    if (!list.some((chip) => touches(transaction.changes, chip))) return transaction;
    const lost = lostFigures(list, figuresIn(transaction.newDoc.toString()));
    if (!lost.length) return transaction;
    const escaped = escapes(transaction, lost);
    if (escaped) return escaped;
    const { from, to, head } = transaction.startState.selection.main;
    const deletes = transaction.isUserEvent("delete");
    if (lost.length === 1 && deletes) {
      const [chip] = lost;
      if (chip.from === from && chip.to === to) return transaction;
      if (from === to && (chip.to === head || chip.from === head)) {
        queueMicrotask(() => tell("armed", 1));
        return { selection: EditorSelection.range(chip.from, chip.to), scrollIntoView: true };
      }
    }
    if (transaction.isUserEvent("delete.cut")) {
      queueMicrotask(() => tell("cut", lost.length));
      return transaction;
    }
    const { changes, startState } = transaction;
    const replaced = transaction.isUserEvent("input");
    queueMicrotask(() => tell("refused", lost.length, () => {
      const current = view();
      if (!current || !current.state.doc.eq(startState.doc)) return false;
      current.dispatch({ changes, annotations: deliberate.of(true), userEvent: "delete.figures", scrollIntoView: true });
      current.focus();
      return true;
    }, replaced));
    return [];
  });
}

/** Inside a chip, or right beside it: a backslash in front would make words of it. */
function touches(changes, chip) {
  let hit = false;
  changes.iterChangedRanges((from, to) => {
    if (from <= chip.to && to >= chip.from) hit = true;
  });
  return hit;
}

/** Where figures would be lost by nothing but a backslash in front of one: two of them, which print as one. Null elsewhere. */
function escapes(transaction, lost) {
  if (lost.length !== 1 || !transaction.isUserEvent("input")) return null;
  const [chip] = lost;
  let inside = false;
  transaction.changes.iterChangedRanges((from, to) => { if (from < chip.to && to > chip.from) inside = true; });
  const at = transaction.changes.mapPos(chip.from, 1);
  if (inside || transaction.newDoc.sliceString(at - 1, at) !== "\\") return null;
  return [transaction, { changes: { from: at, insert: "\\" }, selection: EditorSelection.cursor(at + 1), sequential: true }];
}
