/** Text of a narrative to be read, not written: figures as the chips that the writer knows. */

import { h } from "./dom.js";
import { figuresIn, shortName } from "./narrative.js";

const printed = new Map();

/** Remember what figures print, for wherever else they are shown. */
export function rememberFigures(chips) {
  for (const { expression, text } of chips) if (text) printed.set(expression, text);
}

/** The figures of a text with what they print, as far as it is known. */
export function chipsToldBy(text) {
  return figuresIn(text).map((found) => ({ figure: "", problem: "", text: printed.get(found.expression) ?? "", ...found }));
}

/** A text as nodes, with a chip for each figure. */
export function figured(text) {
  const nodes = [];
  let at = 0;
  for (const { from, to, expression } of figuresIn(text)) {
    nodes.push(text.slice(at, from), h("span", { class: "chip still", title: expression, text: printed.get(expression) ?? shortName(expression) }));
    at = to;
  }
  nodes.push(text.slice(at));
  return nodes;
}

/** What stands before or after a place that was found, without the half of a figure at its end. */
export function figuredContext(text) {
  return figured(text.replace(/\{\{[^}]*\}?$/, "…").replace(/^[^{]*?\}\}/, "…").replace(/^\}/, "…").replace(/\{$/, "…"));
}
