/** What is on the clipboard as text of a narrative: paragraphs with a blank line between, headings, lists, plain tables. */

const WORDS = /[\u3000 \t\u00a0]+/g;
const BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, ul, ol, li, table, blockquote, section, article, pre";
const MARKDOWN = /^\s*(?:[-*>]|\d+\.|#{1,6})[ \u3000]+|^\s*\|/;
const NUMBER = /^(?:（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、)\s*/;
const BULLET = /^[·•●▪■◆\uf0b7\uf06c\uf0d8][\s\u00a0\u3000]*/;

let copied = "";
for (const name of ["copy", "cut"]) {
  // What is copied from a narrative comes back as it was. The box has put it on the clipboard by then.
  addEventListener(name, ({ clipboardData, target }) => {
    copied = plain(clipboardData) || (target.value ?? "").slice(target.selectionStart, target.selectionEnd);
  });
}

const plain = (data) => (data?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n");

/** The text to put in; null where the box is to do what it does with it: words of one line, or its own. */
export function fromClipboard(data) {
  const text = plain(data);
  if (!text || (copied && text === copied)) return null;
  const html = data.getData("text/html");
  const blocks = html && html.length < 5_000_000 ? fromPage(html) : [];
  if (!text.includes("\n") && blocks.length < 2) return null;
  return joined(blocks.length ? blocks : fromWords(text));
}

/** Blocks as one text: those of one list or one table right under each other, others apart. */
function joined(blocks) {
  return blocks.reduce((text, { kind, words }, index) => {
    if (!index) return words;
    const close = kind !== "" && kind === blocks[index - 1].kind;
    return `${text}${close ? "\n" : "\n\n"}${words}`;
  }, "");
}

/** Text without form: Word has a line for each paragraph, and tabs between the cells of a table. */
export function fromWords(text) {
  const lines = text.split("\n");
  const found = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at].replace(/^\u3000+/, "").trimEnd();
    if (!line.trim()) continue;
    if (BULLET.test(line.trimStart())) found.push({ kind: "list", words: `- ${line.trimStart().replace(BULLET, "")}` });
    else if (MARKDOWN.test(line)) found.push({ kind: line.trimStart().startsWith("|") ? "table" : "list", words: line.replace(/\t/g, " ") });
    else if (cells(line) > 1 && cells(line) === cells(lines[at + 1] ?? "")) {
      const rows = [];
      const wide = cells(line);
      while (at < lines.length && cells(lines[at]) === wide) rows.push(lines[at++].split("\t"));
      at -= 1;
      found.push({ kind: "", words: tableOf(rows) });
    } else found.push({ kind: "", words: line.trimStart().replace(/\t/g, " ") });
  }
  return found;
}

const cells = (line) => line.split("\t").length;

function tableOf(rows) {
  const row = (texts) => `| ${texts.map((text) => text.replace(WORDS, " ").trim().replace(/\|/g, "\\|")).join(" | ")} |`;
  return [row(rows[0]), `|${" --- |".repeat(rows[0].length)}`, ...rows.slice(1).map(row)].join("\n");
}

/** A page of Word or of the web. Parsed, never shown: nothing in it is loaded or run. */
function fromPage(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const element of page.querySelectorAll("script, style, head, template, [hidden], [style*='mso-list:Ignore'], [style*='mso-list: Ignore']")) {
    element.remove();
  }
  return blocksOf(page.body, "");
}

function blocksOf(parent, mark) {
  const found = [];
  let words = "";
  const end = () => {
    const text = words.replace(/[\s\u00a0\u3000]+/g, " ").trim();
    words = "";
    if (text) found.push({ kind: mark ? "list" : "", words: mark + text });
  };
  for (const node of parent.childNodes) {
    if (node.nodeType === 3) words += node.data;
    else if (node.nodeType !== 1) continue;
    else if (node.matches("br")) end();
    else if (!node.matches(BLOCKS) && !node.querySelector(BLOCKS)) {
      const breaks = node.querySelector("br") ? blocksOf(node, mark) : null;
      if (!breaks) words += node.textContent;
      else { end(); found.push(...breaks); }
    } else {
      end();
      found.push(...blockOf(node, mark));
    }
  }
  end();
  return found;
}

function blockOf(element, mark) {
  const text = element.textContent.replace(/[\s\u00a0\u3000]+/g, " ").trim();
  const level = /^H([1-6])$/.exec(element.tagName);
  if (level) {
    // The program numbers headings itself.
    const title = text.replace(NUMBER, "");
    return title ? [{ kind: "", words: `${Number(level[1]) > 2 ? "##" : "#"} ${title}` }] : [];
  }
  if (element.matches("table")) return tableBlocks(element);
  if (element.matches("li")) {
    const ordered = element.parentElement?.matches("ol");
    return blocksOf(element, ordered ? `${[...element.parentElement.children].indexOf(element) + 1}. ` : "- ");
  }
  if (/mso-list:\s*l\d/.test(element.getAttribute("style") ?? "")) return text ? [{ kind: "list", words: `- ${text.replace(BULLET, "")}` }] : [];
  return blocksOf(element, mark);
}

function tableBlocks(table) {
  const rows = [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  const simple = rows.length > 1 && rows[0].length > 1 && rows.every((row) => row.length === rows[0].length)
    && ![...table.querySelectorAll("td, th")].some((cell) => cell.colSpan > 1 || cell.rowSpan > 1);
  if (simple) return [{ kind: "", words: tableOf(rows) }];
  // Cells that span others cannot be drawn here: a paragraph for each row.
  return rows.map((row) => ({ kind: "", words: row.map((text) => text.replace(/[\s\u00a0\u3000]+/g, " ").trim()).filter(Boolean).join("　") }))
    .filter(({ words }) => words);
}
