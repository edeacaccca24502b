/** Words that come up at the foot of the page, with what one can do about it; and the small dialog of every question. */

import { byId, h, icon } from "./dom.js";

const shown = new Map();
const READING = 9000;

/**
 * A notice; another of the same `subject` takes its place. `choices` are [words, function, keys]. A `passing` one goes by
 * itself, others when somebody closes them or chose. `kind` is "", "good" or "bad".
 */
export function offer(subject, words, choices = [], { passing = false, kind = "" } = {}) {
  withdraw(subject);
  const close = () => withdraw(subject);
  const element = h("div", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : "status" },
    h("p", { text: words }),
    choices.map(([label, work, keys]) => h("button", {
      type: "button", class: "small", text: label, title: keys ?? null, onclick: () => { close(); work(); },
    })),
    h("button", { type: "button", class: "tool", "aria-label": "知道了", title: "知道了", onclick: close }, icon("close")));
  element.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); event.stopPropagation(); } });
  // Beneath a dialog nobody could see or reach it.
  const over = [...document.querySelectorAll("dialog[open]")].at(-1)?.querySelector(".dialog-foot");
  if (over) over.before(element);
  else byId("notices").append(element);
  const timer = passing ? setTimeout(close, READING) : 0;
  shown.set(subject, { element, timer });
}

export function withdraw(subject) {
  const notice = shown.get(subject);
  if (!notice) return;
  clearTimeout(notice.timer);
  notice.element.remove();
  shown.delete(subject);
}

/** What happened and what to do, one after the other. */
export function sentences(message, hint = "") {
  const ended = (words) => (/[。！？.]$/.test(words) ? words : `${words}。`);
  return hint ? ended(message) + ended(hint) : message;
}

/** What went wrong, as a notice. */
export function complain(error) {
  if (error.name === "AbortError") return;
  console.error(error);
  const words = error.status === undefined ? "网页出了毛病，请刷新；已经存上的字不会丢" : error.message;
  // One of the server that is gone is enough.
  offer(error.unreachable || error.status === 401 ? "server" : "complaint", sentences(words, error.hint), [], { kind: "bad" });
}

/**
 * Open a dialog and give it: {element, body, foot, close(result), done}; `done` resolves to what it was closed with, null for Escape.
 * `buttons` are [words, result or function, look]; a function may give false to keep it open.
 */
export function dialog(title, { buttons = [], wide = false, name = "" } = {}) {
  const body = h("div", { class: "dialog-body" });
  const foot = h("div", { class: "dialog-foot" });
  const heading = h("h2", { text: title, id: `dialog-title-${dialog.count = (dialog.count ?? 0) + 1}` });
  const element = h("dialog", { class: wide ? `wide ${name}` : name, "aria-labelledby": heading.id });
  const { promise: done, resolve } = withResolvers();
  let result = null;
  const close = (value = null) => { result = value; element.close(); };
  element.append(
    h("div", { class: "dialog-head" }, heading,
      h("button", { type: "button", class: "tool", "aria-label": "关闭", title: "关闭（Esc）", onclick: () => close() }, icon("close"))),
    body, foot);
  for (const [words, value, look = ""] of buttons) foot.append(button(words, value, look, close));
  const before = document.activeElement;
  element.addEventListener("close", () => {
    element.remove();
    if (before?.isConnected) before.focus();
    resolve(result);
  });
  element.addEventListener("click", (event) => {
    if (event.target !== element) return;
    const box = element.getBoundingClientRect();
    const inside = box.left <= event.clientX && event.clientX <= box.right && box.top <= event.clientY && event.clientY <= box.bottom;
    if (!inside && !element.dataset.stays) close();
  });
  document.body.append(element);
  (foot.querySelector(".main") ?? foot.querySelector("button"))?.setAttribute("autofocus", "");
  element.showModal();
  return { element, body, foot, close, done };
}

function button(words, value, look, close) {
  return h("button", {
    type: "button", class: look, text: words,
    onclick: async () => {
      if (typeof value !== "function") close(value);
      else if (await value() !== false) close(words);
    },
  });
}

/** Ask; resolves to whether the answer was `yes`. */
export async function ask(title, words, yes, no = "不了") {
  const box = dialog(title, { buttons: [[no, false], [yes, true, "main"]], name: "question" });
  box.body.append(...words.split("\n").map((text) => h("p", { text })));
  return await box.done === true;
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => { resolve = done; });
  return { promise, resolve };
}
