/** Two texts of one narrative as one, for a person to go over. Pure. */

import { aligned } from "./narrative.js";

const BREAK = /\n(?:[ \t\u3000]*\n)+/;
const LONGEST = 3000;

/**
 * What both wrote since `base`, paragraph by paragraph: {text, at}. Where both changed the same paragraphs `mine` come first and
 * `theirs` under them; `at` is the offset of the first such place, -1 without any. Empty `base`: nobody knows what both were made from.
 */
export function joined(base, mine, theirs) {
  const one = paragraphs(mine);
  const other = paragraphs(theirs);
  if (one.length > LONGEST || other.length > LONGEST) return { text: `${mine.trimEnd()}\n\n${theirs}`, at: 0 };
  const groups = base ? threeWay(paragraphs(base), one, other)
    : aligned(one, other).map((part) => ({ both: part.same ? null : part, words: part.mine }));
  let text = "";
  let at = -1;
  for (const { both, words } of groups) {
    const come = both ? [...both.mine, ...both.theirs.filter((each) => !both.mine.includes(each))] : words;
    // What only one of the two has is nothing to choose from.
    if (both?.mine.length && both.theirs.length && at < 0) at = text.length;
    for (const words of come) text += `${words}\n\n`;
  }
  return { text: text ? `${text.trimEnd()}\n` : "", at };
}

function paragraphs(text) {
  return text.split(BREAK).map((words) => words.replace(/^\n+|\n+$/g, "")).filter((words) => words.trim());
}

/** Stretches of `base` with what became of them in either: {both: null or {mine, theirs}, words}. */
function threeWay(base, mine, theirs) {
  const ours = kept(base, mine);
  const others = kept(base, theirs);
  const groups = [];
  let [from, one, other] = [0, 0, 0];
  const stretch = (to, oneTo, otherTo) => {
    const old = base.slice(from, to);
    const here = mine.slice(one, oneTo);
    const there = theirs.slice(other, otherTo);
    const same = (a, b) => a.length === b.length && a.every((words, index) => words === b[index]);
    if (same(here, old)) groups.push({ both: null, words: there });
    else if (same(there, old) || same(here, there)) groups.push({ both: null, words: here });
    else groups.push({ both: { mine: here, theirs: there }, words: [] });
  };
  for (let at = 0; at <= base.length; at += 1) {
    // A paragraph that both left alone, or the end.
    const [oneAt, otherAt] = at < base.length ? [ours.get(at), others.get(at)] : [mine.length, theirs.length];
    if (oneAt === undefined || otherAt === undefined) continue;
    stretch(at, oneAt, otherAt);
    if (at < base.length) groups.push({ both: null, words: [base[at]] });
    [from, one, other] = [at + 1, oneAt + 1, otherAt + 1];
  }
  return groups;
}

/** Where the paragraphs of `base` are that `text` still has: index by index. */
function kept(base, text) {
  const found = new Map();
  let [from, to] = [0, 0];
  for (const part of aligned(base, text)) {
    if (part.same) part.mine.forEach((_, index) => found.set(from + index, to + index));
    from += part.mine.length;
    to += part.theirs.length;
  }
  return found;
}
