/** What the page knows of a narrative's text: where its figures stand, and how it counts characters. Pure. */

// The compiler's rule: `{{ … }}` on one line; not in a note that is not printed, not behind a backslash.
const PIECES = /<!--[\s\S]*?-->|\\[\s\S]|\{\{((?:[^{}\n]|\{(?!\{)|\}(?!\}))*)\}\}/g;

/** A mark of what is still to be filled in or brought up to date. */
export const GAP = /〔待(?:填|更新)(?:：[^〔〕\n]*)?〕/g;

/** The figures of a text, in order: {from, to, expression}. */
export function figuresIn(text) {
  if (!text.includes("{{")) return [];
  const found = [];
  for (const match of text.matchAll(PIECES)) {
    if (match[1] === undefined) continue;
    found.push({ from: match.index, to: match.index + match[0].length, expression: match[1].trim() });
  }
  return found;
}

/** The figures of `before` that `after` no longer has, counted: a figure moved elsewhere is not lost. */
export function lostFigures(before, after) {
  const left = new Map();
  for (const { expression } of after) left.set(expression, (left.get(expression) ?? 0) + 1);
  return before.filter(({ expression }) => {
    const count = left.get(expression) ?? 0;
    left.set(expression, count - 1);
    return count <= 0;
  });
}

/** The words of an expression that a person recognises: 全年执行数 of 预算.项目支出.全年执行数|万元. */
export function shortName(expression) {
  const path = expression.split("|")[0].trim();
  return path.split(".").pop().trim() || expression;
}

/** A file as one names it within its report: data/budget.yaml. */
export function shortFile(path) {
  return path.replace(/^content\/[^/]+\/[^/]+\//, "");
}

const ASTRAL = /[\ud800-\udbff]/;

/** A function from the server's offsets, in code points, to the browser's, in UTF-16 units. */
export function toUnits(text) {
  if (!ASTRAL.test(text)) return (offset) => Math.min(offset, text.length);
  const units = [];
  let unit = 0;
  for (const character of text) {
    units.push(unit);
    unit += character.length;
  }
  units.push(unit);
  return (offset) => units[Math.min(offset, units.length - 1)];
}

/** The only stretch in which two texts differ: {from, to, insert} turns `before` into `after`, or null where they are one. */
export function difference(before, after) {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  // Never between the halves of one character.
  if (start > 0 && ASTRAL.test(before[start - 1])) start -= 1;
  if (end > 0 && /[\udc00-\udfff]/.test(before[before.length - end])) end -= 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

const MOST_LINES = 1_000_000;

/**
 * The stretches in which two texts differ, line by line and within the lines: [{from, to, insert}], offsets of `before`. What
 * stands between two of them is left alone, with its caret and with what can be undone there.
 */
export function differences(before, after) {
  const whole = difference(before, after);
  if (!whole) return [];
  const older = before.slice(whole.from, whole.to).split("\n");
  const newer = whole.insert.split("\n");
  if (older.length * newer.length > MOST_LINES) return [whole];
  const found = [];
  let from = whole.from;
  for (const { mine, theirs, same } of aligned(older, newer)) {
    const words = mine.join("\n");
    if (!same) found.push({ from, to: from + words.length, words, insert: theirs.join("\n"), none: [!mine.length, !theirs.length] });
    from += words.length + (mine.length ? 1 : 0);
  }
  return found.map((each) => {
    // Lines that come or go take a line end with them: the one behind, at the end of the stretch the one before.
    const { none: [comes, goes] } = each;
    let { from: start, to, insert } = each;
    const last = comes ? start > whole.to : to === whole.to;
    if (comes && last) [start, to, insert] = [start - 1, to - 1, `\n${insert}`];
    else if (comes) insert += "\n";
    else if (goes && last) start -= 1;
    else if (goes) to += 1;
    const change = difference(before.slice(start, to), insert);
    return change && { from: start + change.from, to: start + change.to, insert: change.insert };
  }).filter(Boolean);
}

/** Two lists side by side, in order: [{mine, theirs, same}], the longest that they have in common taken as the same. */
export function aligned(mine, theirs) {
  const rows = Array.from({ length: mine.length + 1 }, () => new Uint32Array(theirs.length + 1));
  for (let one = mine.length - 1; one >= 0; one -= 1) {
    for (let other = theirs.length - 1; other >= 0; other -= 1) {
      rows[one][other] = mine[one] === theirs[other] ? rows[one + 1][other + 1] + 1 : Math.max(rows[one + 1][other], rows[one][other + 1]);
    }
  }
  const found = [];
  const add = (same, here, there) => {
    if (found.at(-1)?.same !== same) found.push({ mine: [], theirs: [], same });
    found.at(-1).mine.push(...here);
    found.at(-1).theirs.push(...there);
  };
  let one = 0;
  let other = 0;
  while (one < mine.length || other < theirs.length) {
    if (one < mine.length && other < theirs.length && mine[one] === theirs[other]) add(true, [mine[one++]], [theirs[other++]]);
    else if (other >= theirs.length || (one < mine.length && rows[one + 1][other] >= rows[one][other + 1])) add(false, [mine[one++]], []);
    else add(false, [], [theirs[other++]]);
  }
  return found;
}

/**
 * What was typed since `sent`, put into `merged`, which the server made of `sent` and of what somebody else wrote.
 * Null where both changed the same place: then a person has to say.
 */
export function carriedOver(sent, merged, current) {
  const mine = difference(sent, current);
  const theirs = difference(sent, merged);
  if (!mine) return merged;
  if (!theirs) return current;
  if (mine.to < theirs.from) {
    return merged.slice(0, mine.from) + mine.insert + merged.slice(mine.to);
  }
  if (mine.from > theirs.to) {
    const shift = merged.length - sent.length;
    return merged.slice(0, mine.from + shift) + mine.insert + merged.slice(mine.to + shift);
  }
  return null;
}

/** The line, from 1, of an offset. */
export function lineAt(text, offset) {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

/** The offset of a line and column, both from 1, the column in code points; the end of the text where there is no such line. */
export function offsetAt(text, line, column = 1) {
  let start = 0;
  for (let left = line - 1; left > 0; left -= 1) {
    const end = text.indexOf("\n", start);
    if (end === -1) return text.length;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  const words = text.slice(start, end === -1 ? text.length : end);
  return start + toUnits(words)(Math.max(0, column - 1));
}
