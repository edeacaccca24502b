/**
 * The marks that buttons and keys put into a text. Pure: each takes the text and the selection and says what to change,
 * {from, to, insert, select: [from, to]}, with offsets of `select` in the changed text; both kinds of text box do it.
 */

export function bold(text, from, to) {
  return around(text, from, to, "**", "加粗的字");
}

export function emphasis(text, from, to) {
  return around(text, from, to, "*", "强调的字");
}

function around(text, from, to, mark, sample) {
  const size = mark.length;
  const words = text.slice(from, to);
  const single = mark === "*";
  const outside = text.slice(from - size, from) === mark && text.slice(to, to + size) === mark
    && !(single && (text[from - 2] === "*") !== (text[from - 3] === "*"));
  if (outside) {
    return { from: from - size, to: to + size, insert: words, select: [from - size, to - size] };
  }
  if (words.length > 2 * size && words.startsWith(mark) && words.endsWith(mark) && !(single && words.startsWith("**"))) {
    const inner = words.slice(size, -size);
    return { from, to, insert: inner, select: [from, from + inner.length] };
  }
  // A mark reaches no further than its paragraph, and not over blanks at its ends.
  const atStart = from === 0 || text[from - 1] === "\n";
  const lead = (atStart ? /^\s*(?:(?:[-*]|\d+\.|>|#{1,6})[ \u3000]+)?/ : /^\s*/).exec(words)[0];
  const tail = words.trim() ? /\s*$/.exec(words)[0] : "";
  const core = words.slice(lead.length, words.length - tail.length) || sample;
  const insert = core.split(/(\n\s*\n)/).map((part, index) => (index % 2 ? part : mark + part + mark)).join("");
  const start = from + lead.length;
  return { from: start, to: to - tail.length, insert, select: [start + size, start + insert.length - size] };
}

export const heading = (text, from, to) => lines(text, from, to, (words) => {
  const match = /^(#{1,6})[ \u3000]+/.exec(words);
  // Plain, heading, lower heading, plain again.
  if (!match) return `# ${words.trimStart()}`;
  return match[1].length === 1 ? `#${words}` : words.slice(match[0].length);
});

export const list = (text, from, to) => lines(text, from, to, toggled(/^\s*[-*][ \u3000]+/, () => "- "));

export const numbers = (text, from, to) => lines(text, from, to, toggled(/^\s*\d+\.[ \u3000]+/, (index) => `${index + 1}. `));

export const quote = (text, from, to) => lines(text, from, to, toggled(/^\s*>[ \u3000]?/, () => "> "));

function toggled(pattern, mark) {
  return (words, index, all) => {
    if (all.every((line) => pattern.test(line))) return words.replace(pattern, "");
    if (pattern.test(words)) return words;
    return mark(index) + words.replace(/^\s*(?:[-*]|\d+\.|>|#{1,6})[ \u3000]+/, "").trimStart();
  };
}

function lines(text, from, to, change) {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const stop = text.indexOf("\n", to > from && text[to - 1] === "\n" ? to - 1 : to);
  const end = stop === -1 ? text.length : stop;
  const rows = text.slice(start, end).split("\n");
  const kept = rows.filter((row) => row.trim());
  const whole = kept.length ? kept : [""];
  let index = -1;
  const insert = rows.map((row) => {
    if (!row.trim() && kept.length) return row;
    index += 1;
    return change(row, index, whole);
  }).join("\n");
  const caret = start + insert.length;
  return { from: start, to: end, insert, select: from === to ? [caret, caret] : [start, caret] };
}

/**
 * What Enter does: the next item of a list, the next row of a table, and in prose a new paragraph, with a blank line between.
 * Null where it is only a line end.
 */
export function entered(text, at) {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const line = text.slice(start, at);
  const stop = text.indexOf("\n", at);
  const rest = text.slice(at, stop === -1 ? text.length : stop);
  const match = /^(\s*)(?:([-*])|(\d+)\.|(>))([ \u3000]+|$)/.exec(line);
  if (match) {
    // An empty item: the list ends here, and what follows is no part of it.
    if (!line.slice(match[0].length).trim() && !rest.trim()) return paragraph(text, start, at);
    const mark = match[2] ?? match[4] ?? `${Number(match[3]) + 1}.`;
    const insert = `\n${match[1]}${mark} `;
    return { from: at, to: at, insert, select: [at + insert.length, at + insert.length] };
  }
  if (/^\s*\|/.test(line)) {
    const cells = line.split(/(?<!\\)\|/).length - 2;
    if (rest.trim() || cells < 1 || !line.trimEnd().endsWith("|")) return null;
    // An empty row: the table ends here.
    if (!line.replace(/[|\s]/g, "")) return paragraph(text, start, at);
    const insert = `\n|${"  |".repeat(cells)}`;
    return { from: at, to: at, insert, select: [at + 3, at + 3] };
  }
  // After two blanks or a backslash only a new line is meant; indented lines belong to an item.
  if (/(?: {2}|\\)$/.test(line) || /^[ \t]+\S/.test(line)) return null;
  return paragraph(text, at, at);
}

/** A place for a paragraph instead of what is between two offsets: nothing before or behind it runs into it. */
function paragraph(text, from, to) {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const lead = !before.trim() && !before ? (from === to ? "\n" : "") : /\n[ \t\u3000]*\n[ \t\u3000]*$/.test(before) ? (from === to ? "\n" : "")
    : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = /^\n[ \t\u3000]*\S/.test(after) ? "\n" : "";
  const caret = from + lead.length;
  return { from, to, insert: lead + tail, select: [caret, caret] };
}

const TABLE = "表：表的题目\n\n| 项目 | 金额（万元） |\n| --- | ---: |\n|  |  |";
const PICTURE = "![图的题目](图/文件名.png)";

export const table = (text, from, to) => block(text, to, TABLE, "表的题目");

export const picture = (text, from, to) => block(text, to, PICTURE, "文件名.png");

/** A paragraph of its own after the line, with its `sample` selected, to be typed over. */
function block(text, at, words, sample) {
  const stop = text.indexOf("\n", at);
  const end = stop === -1 ? text.length : stop;
  const before = text.slice(0, end);
  const lead = !before.trim() || /\n[ \t]*\n$/.test(before) ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = /^(?:\n[ \t]*)?(?:\n|$)/.test(text.slice(end)) && !/^\n[ \t]*\S/.test(text.slice(end)) ? "" : "\n";
  const start = end + lead.length + words.indexOf(sample);
  return { from: end, to: end, insert: lead + words + tail, select: [start, start + sample.length] };
}
