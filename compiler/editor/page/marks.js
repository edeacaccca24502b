/** Marks of the text out of the writer's way: shown faintly in the line being written, and elsewhere only what they do. */

import { Decoration, StateEffect, ViewPlugin } from "./vendor/codemirror.js";
import { settled } from "./chips.js";
import { GAP } from "./narrative.js";

/** Lines with something wrong: Map from line, from 1, to "error", "warning" or "note". */
export const problemsTold = StateEffect.define();

const INLINE = [
  { pattern: /(\*\*)(?=\S)([^*\n]+?)(\*\*)/g, name: "md-strong" },
  { pattern: /(?<![*\\])(\*)(?=[^\s*])([^*\n]+?)(\*)(?!\*)/g, name: "md-emphasis" },
];
const REFERENCE = /(\[)([^\]\n]*)(\]\()([^)\n]*)(\))/g;
const ID = /\{#[^}\n]*\}[ \t\u3000]*$/;
const NOTE = /<!--[\s\S]*?-->/g;
const HIDDEN = Decoration.replace({});
const classes = new Map();

function styled(name) {
  if (!classes.has(name)) classes.set(name, Decoration.mark({ class: name }));
  return classes.get(name);
}

const lineClasses = new Map();

function lineStyled(name) {
  if (!lineClasses.has(name)) lineClasses.set(name, Decoration.line({ class: name }));
  return lineClasses.get(name);
}

export const marks = ViewPlugin.fromClass(class {
  constructor(view) {
    this.problems = new Map();
    this.active = activeLines(view);
    this.decorations = this.draw(view);
  }

  update(update) {
    for (const transaction of update.transactions) {
      for (const effect of transaction.effects) if (effect.is(problemsTold)) this.problems = effect.value;
    }
    const over = update.transactions.some((transaction) =>
      transaction.effects.some((effect) => effect.is(settled) || effect.is(problemsTold)));
    if (update.view.composing && !over) {
      // Nothing is drawn anew around words that an input method composes.
      this.decorations = this.decorations.map(update.changes);
      return;
    }
    const active = activeLines(update.view);
    if (over || update.docChanged || update.viewportChanged || active !== this.active) {
      this.active = active;
      this.decorations = this.draw(update.view);
    }
  }

  draw(view) {
    const { doc } = view.state;
    const found = [];
    const [first, last] = this.active ? this.active.split(" ").map(Number) : [0, 0];
    const notes = [];
    for (const { from, to } of view.visibleRanges) {
      for (let at = from; at <= to;) {
        const line = doc.lineAt(at);
        const active = line.number >= first && line.number <= last;
        const alone = line.number === 1 || !doc.line(line.number - 1).text.trim();
        drawLine(line, active, found, alone);
        const problem = this.problems.get(line.number);
        if (problem) found.push(lineStyled(`md-problem ${problem}`).range(line.from));
        at = line.to + 1;
      }
    }
    if (doc.length < 200_000) {
      for (const match of doc.toString().matchAll(NOTE)) notes.push(styled("md-note").range(match.index, match.index + match[0].length));
    }
    return Decoration.set([...found, ...notes], true);
  }
}, { decorations: (plugin) => plugin.decorations });

function activeLines(view) {
  if (!view.hasFocus) return "";
  const { from, to } = view.state.selection.main;
  return `${view.state.doc.lineAt(from).number} ${view.state.doc.lineAt(to).number}`;
}

function drawLine(line, active, found, alone) {
  // Figures have stars and brackets of their own.
  const text = line.text.replace(/\{\{.*?\}\}|<!--.*?-->/g, (words) => "\u0001".repeat(words.length));
  const base = line.from;
  const mark = (from, to) => {
    if (to > from) found.push((active ? styled("md-mark") : HIDDEN).range(base + from, base + to));
  };
  const faint = (from, to) => found.push(styled("md-mark").range(base + from, base + to));

  const heading = /^(#{1,6})[ \t\u3000]+/.exec(text);
  if (heading) {
    found.push(lineStyled(`md-heading md-heading-${heading[1].length}`).range(base));
    mark(0, heading[0].length);
  }
  const item = /^(\s*)([-*]|\d+\.)[ \t\u3000]+/.exec(text);
  if (item) {
    found.push(lineStyled("md-item").range(base));
    found.push(styled("md-bullet").range(base + item[1].length, base + item[1].length + item[2].length));
  }
  const quote = /^\s*>[ \t\u3000]?/.exec(text);
  if (quote) {
    found.push(lineStyled("md-quote").range(base));
    mark(0, quote[0].length);
  }
  if (/^\s*\|/.test(text)) found.push(lineStyled("md-table").range(base));
  // Right under a paragraph it is part of that, and prints so.
  if (alone && /^[表注][0-9]*[：:]/.test(text)) found.push(lineStyled("md-caption").range(base));
  const id = ID.exec(text);
  if (id) {
    const last = id.index + id[0].length;
    if (active) faint(id.index, last);
    else found.push(HIDDEN.range(base + id.index, base + last));
  }
  for (const { pattern, name } of INLINE) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index;
      const inner = start + match[1].length;
      const end = inner + match[2].length;
      mark(start, inner);
      found.push(styled(name).range(base + inner, base + end));
      mark(end, end + match[3].length);
    }
  }
  for (const match of text.matchAll(REFERENCE)) {
    const start = match.index;
    const words = start + 1;
    const link = words + match[2].length;
    const target = link + 2;
    const end = target + match[4].length;
    found.push(styled("md-reference").range(base + start, base + end + 1));
    if (match[2]) {
      mark(start, words);
      mark(link, end + 1);
    } else {
      mark(start, match[4].startsWith("#") ? target + 1 : target);
      mark(end, end + 1);
    }
  }
  for (const match of text.matchAll(GAP)) {
    found.push(styled("md-gap").range(base + match.index, base + match.index + match[0].length));
  }
}
