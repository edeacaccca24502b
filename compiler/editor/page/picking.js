/** Lists to choose from while writing: figures of the data, and places of the report that one can refer to. */

import { get } from "./api.js";
import { h, later } from "./dom.js";
import { complain, dialog } from "./notices.js";
import { shortFile } from "./narrative.js";

/** Choose a figure; resolves to its expression, or null. Searched by name, or by the value as it prints. */
export function pickFigure(report, slot, words = "") {
  return pick({
    title: "插入数", name: "values", hint: "写名称或者数：全年执行数、项目支出 执行率、98.13", words,
    empty: "没有找到。换个说法，或者少写几个字；表里没有的数，请经办人加到数据里。",
    async search(query, signal) {
      const { values } = await get("/api/values", { report, slot, query }, { signal });
      return values.map((value) => ({ result: value.expression, group: value.group, ...value }));
    },
    show: (value) => [
      h("span", { class: "value-name" }, value.name || value.expression,
        h("small", { text: `${value.expression}　${sourceWords(value.source)}` })),
      h("span", { class: "value-text", text: value.text }),
    ],
  });
}

function sourceWords(source) {
  const match = /^(.*\.\w+):(\d+)(?::\d+)?$/.exec(source);
  return match ? `${shortFile(match[1])} 第 ${match[2]} 行` : source && `＝${source}`;
}

/** Choose a chapter, table or picture to refer to; resolves to its id, or null. `places`: {id, words, kind}. */
export function pickPlace(places) {
  return pick({
    title: "引用", name: "places", hint: "写章节、表、图的名称或编号",
    empty: "没有找到。标题、表题、图的末尾写上 {#名称}，就能引用。",
    async search(query) {
      const parts = query.split(/\s+/).filter(Boolean);
      return places.filter((place) => parts.every((part) => `${place.words} ${place.id}`.includes(part)))
        .map((place) => ({ result: place.id, group: place.kind, ...place }));
    },
    show: (place) => [h("span", { class: "value-name" }, place.words, h("small", { text: place.id }))],
  });
}

async function pick({ title, name, hint, words = "", empty, search, show }) {
  const box = dialog(title, { name: `picker ${name}`, wide: true });
  let found = [];
  let at = 0;
  let asking = null;
  const list = h("div", { role: "listbox", id: `picker-${name}`, class: "picker-list", "aria-label": title });
  const input = h("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": list.id, "aria-autocomplete": "list", "aria-label": hint,
    placeholder: hint, autocomplete: "off", spellcheck: "false", value: words,
  });
  const count = h("p", { class: "quiet", role: "status" });
  const mark = () => {
    [...list.querySelectorAll("[role=option]")].forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    const row = list.querySelector('[aria-selected="true"]');
    row?.scrollIntoView({ block: "nearest" });
    if (row) input.setAttribute("aria-activedescendant", row.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const draw = () => {
    list.replaceChildren();
    let group = null;
    let holder = list;
    found.forEach((item, index) => {
      if (item.group && item.group !== group) {
        group = item.group;
        holder = h("div", { role: "group", "aria-label": group }, h("p", { class: "picker-group", text: group, role: "presentation" }));
        list.append(holder);
      }
      holder.append(h("div", {
        role: "option", class: "picker-row", id: `picker-${name}-${index}`, "aria-selected": "false",
        onclick: () => box.close(item.result),
      }, show(item)));
    });
    count.textContent = found.length ? `${found.length} 个` : empty;
    list.hidden = !found.length;
    mark();
  };
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      found = grouped(await search(input.value.trim(), asking.signal));
      at = 0;
      draw();
    } catch (error) {
      complain(error);
    }
  };
  const soon = later(ask, 120);
  input.addEventListener("input", (event) => { if (!event.isComposing) soon(); });
  input.addEventListener("compositionend", soon);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      at = Math.max(0, Math.min(found.length - 1, at + step));
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (found[at]) box.close(found[at].result);
    }
  });
  box.element.classList.add("with-search");
  box.body.append(h("div", { class: "picker-search" }, input), list, count);
  box.foot.append(h("p", { class: "quiet", text: "↑↓ 选　回车 插入　Esc 关闭" }));
  input.focus();
  input.select();
  ask();
  return box.done;
}

/** Those of one group together, groups in the order of their best. */
function grouped(items) {
  const groups = new Map();
  for (const item of items) {
    const key = item.group ?? "";
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return [...groups.values()].flat();
}
