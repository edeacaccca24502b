/** Keys of the whole page, in one table that the help shows as well. */

import { h } from "./dom.js";
import { dialog } from "./notices.js";

const TABLE = [
  ["写字", [
    ["回车", "另起一段；分条里是下一条，再按一次就不分了", null], ["Shift+回车", "只换一行", null],
    ["Ctrl+B", "加粗", "bold"], ["Ctrl+I", "强调（印成楷体）", "emphasis"], ["Ctrl+Alt+1", "小标题", "heading"], ["Ctrl+Shift+8", "分条", "list"],
    ["Ctrl+Shift+7", "编号分条", "numbers"], ["Ctrl+Shift+9", "引文", "quote"],
    ["Ctrl+K", "引用章节、表、图", "reference"], ["Ctrl+Z　Ctrl+Y", "撤销　重做", null],
  ]],
  ["数", [
    ["Ctrl+M　或连打两个 {", "插入数", "figure"], ["Alt+回车", "光标旁的数从哪里来", null], ["退格　再退格", "选中一个数　删去", null],
    ["Ctrl+Shift+退格", "选中的字连数一起删去", null],
  ]],
  ["整份报告", [
    ["Ctrl+S", "现在就存", "save"], ["Ctrl+F", "查找", "find"], ["Ctrl+H", "查找和替换", "find"], ["Ctrl+Shift+H", "这一节从前的样子", "history"],
    ["Ctrl+Alt+↓　↑", "下一节　上一节", null], ["Ctrl+回车", "预览翻到这里", "follow"],
  ]],
  ["走动", [
    ["F6　Shift+F6", "到下一栏　上一栏", null], ["Ctrl+Alt+J", "收起或打开章节", "left"], ["Ctrl+Alt+P", "收起或打开预览", "right"],
    ["Ctrl+Alt+W", "收起或打开查出的问题", "below"], ["F1　Ctrl+/", "这张表", "help"],
    ["在预览里：Ctrl+方向键，回车", "段落、数之间走动，打开", null],
  ]],
];

const BOUND = new Map([
  ["c-b", "bold"], ["c-i", "emphasis"], ["ca-1", "heading"], ["cs-8", "list"], ["cs-7", "numbers"], ["cs-9", "quote"], ["c-k", "reference"],
  ["c-m", "figure"], ["c-s", "save"], ["c-f", "find"], ["c-h", "find"], ["cs-f", "find"], ["cs-h", "history"], ["c-Enter", "follow"],
  ["ca-ArrowDown", "next"], ["ca-ArrowUp", "previous"], ["-F6", "forward"], ["s-F6", "back"], ["ca-j", "left"], ["ca-p", "right"],
  ["ca-w", "below"], ["-F1", "help"], ["c-/", "help"],
]);

/** The name of what keys are for, or undefined. `event` may be the frame's report of one: {key, code, ctrl, shift, alt}. */
export function command(event) {
  const ctrl = event.ctrlKey || event.metaKey || event.ctrl;
  const shift = event.shiftKey ?? event.shift;
  const alt = event.altKey ?? event.alt;
  if (typeof event.key !== "string") return undefined;
  const digit = /^Digit(\d)$/.exec(event.code ?? "");
  const letter = /^Key([A-Z])$/.exec(event.code ?? "");
  const key = digit ? digit[1] : letter ? letter[1].toLowerCase() : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return BOUND.get(`${ctrl ? "c" : ""}${shift ? "s" : ""}${alt ? "a" : ""}-${key}`);
}

/** Run `act(name)` for keys; it says whether it did something. Nothing while an input method composes or a dialog is open. */
export function listenForKeys(act) {
  addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const name = command(event);
    if (!name) return;
    if (document.querySelector("dialog[open]")) {
      // The browser's own find or save would only be in the way.
      if (name === "save" || name === "find") event.preventDefault();
      return;
    }
    if (act(name)) event.preventDefault();
  });
}

export function showKeys() {
  const box = dialog("按键", { wide: true, name: "keys", buttons: [["关闭", null, "main"]] });
  box.body.append(h("div", { class: "key-groups" }, TABLE.map(([title, rows]) => h("section", {},
    h("h3", { text: title }), h("dl", {}, rows.map(([keys, words]) => h("div", {}, h("dt", {}, h("kbd", { text: keys })), h("dd", { text: words })))),
  ))), h("p", { class: "quiet", text: "写的字自动存上，不用按什么键；存没有存上，看页面上方。" }));
  return box.done;
}
