/** Where a figure comes from, beside it: name, value, file and line, formula, last year's value. */

import { get } from "./api.js";
import { byId, h } from "./dom.js";
import { sentences } from "./notices.js";
import { shortFile, shortName } from "./narrative.js";

let asked = 0;
let giveBack = null;

/**
 * Show it beside `box`. `figure` is the server's id, empty where it has none yet; `again` has the server compile what is shown;
 * `back` is called when it closes; `version` tells which page it is on.
 */
export async function showOrigin(report, { figure, text, expression = "", problem = "" }, box, { again = () => {}, back = () => {}, version = () => "" } = {}) {
  hideOrigin();
  asked += 1;
  const mine = asked;
  const card = byId("origin");
  giveBack = back;
  card.replaceChildren(...head(text, shortName(expression)), h("p", { class: "quiet", text: figure ? "正在查…" : problem || "刚写的，等预览更新后再看。" }));
  card.hidden = false;
  place(card, box);
  card.focus();
  if (!figure) return;
  try {
    const origin = await found(report, { figure, text, expression, version }, again);
    if (mine !== asked) return;
    card.replaceChildren(...head(origin.text || text, shortName(origin.expression || origin.reads[0]?.key || expression)), body(origin));
  } catch (error) {
    if (mine !== asked) return;
    card.replaceChildren(...head(text, shortName(expression)), h("p", { class: "bad-words", text: sentences(error.message, error.hint) }));
  }
  place(card, box);
}

const plain = (words) => words.replace(/\s+/g, "");

/**
 * Ids are those of what the server compiled last, for whomever: an answer for other words is of another figure. A moment later it
 * has compiled what is shown here.
 */
async function found(report, asked, again, left = 3) {
  const origin = await get("/api/figure", { report, figure: asked.figure, version: asked.version() }).catch((error) => {
    if (error.status !== 404 || left === 0) throw error;
    return null;
  });
  // Of words in several paragraphs one is clicked.
  const same = origin && [origin.text, ...origin.text.split("\n")].some((words) => plain(words) === plain(asked.text))
    && (!asked.expression || !origin.expression || plain(origin.expression) === plain(asked.expression));
  if (same) return origin;
  if (left === 0) throw new Error("这个数刚才变了，现在说不出它从哪里来。等预览更新以后再点。");
  again();
  await new Promise((resolve) => { setTimeout(resolve, 600); });
  return found(report, asked, again, left - 1);
}

export function hideOrigin(focus = false) {
  const card = byId("origin");
  if (card.hidden) return;
  asked += 1;
  card.hidden = true;
  const back = giveBack;
  giveBack = null;
  back?.(focus);
}

/** Listen once, when the page starts. */
export function watchOrigin() {
  const card = byId("origin");
  card.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      hideOrigin(true);
    }
  });
  document.addEventListener("pointerdown", (event) => { if (!card.contains(event.target)) hideOrigin(); });
  addEventListener("resize", () => hideOrigin());
}

function head(text, name) {
  return [h("div", { class: "origin-head" }, h("strong", { text }), h("span", { text: name }),
    h("button", { type: "button", class: "tool", "aria-label": "关闭", text: "×", onclick: () => hideOrigin(true) }))];
}

function body(origin) {
  const rows = h("dl", {});
  const several = origin.reads.length > 1;
  for (const read of origin.reads) describe(rows, read, several, 0);
  if (!origin.reads.length) row(rows, "来源", "由程序算出");
  if (origin.expression && origin.expression !== origin.reads[0]?.key) row(rows, "写法", h("code", { text: origin.expression }));
  return rows;
}

function describe(rows, origin, several, depth) {
  const inner = depth ? h("dl", { class: "deeper" }) : rows;
  row(inner, depth ? "其中" : "名称", origin.key);
  if (several || depth || origin.formula) row(inner, "值", origin.value);
  if (origin.file) row(inner, "出自", origin.line ? `${shortFile(origin.file)}　第 ${origin.line} 行` : shortFile(origin.file));
  if (origin.formula) row(inner, "算法", origin.formula);
  if (origin.last_year) row(inner, "上年", origin.last_year);
  if (depth) rows.append(h("div", { class: "input" }, inner));
  if (depth < 3) for (const input of origin.inputs ?? []) describe(rows, input, true, depth + 1);
}

function row(rows, name, value) {
  if (value === "" || value === null || value === undefined) return;
  rows.append(h("div", {}, h("dt", { text: name }), h("dd", {}, value)));
}

function place(card, box) {
  const margin = 8;
  card.style.maxHeight = `${Math.max(160, innerHeight - 2 * margin)}px`;
  const { offsetWidth: width, offsetHeight: height } = card;
  const left = Math.min(Math.max(margin, box.left), innerWidth - width - margin);
  let top = box.bottom + margin;
  if (top + height > innerHeight - margin) top = box.top - height - margin;
  if (top < margin) top = Math.max(margin, innerHeight - height - margin);
  card.style.left = `${left}px`;
  card.style.top = `${top}px`;
}
