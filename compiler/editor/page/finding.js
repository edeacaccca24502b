/** Find and replace in all narratives: what would change is seen before it does. */

import { post } from "./api.js";
import { h, later } from "./dom.js";
import { figuredContext } from "./figured.js";
import { complain, dialog, offer } from "./notices.js";

const MOST = 300;

/**
 * The dialog. `where`: {report, slot, slots, titleOf(report, slot), reports}; `before()` saves what is not saved, and tells whether it
 * is; `go(hit)` shows a place; `after(slots)` is called once words were replaced.
 */
export function findAndReplace(where, { words = "", before, go, after }) {
  const box = dialog("查找和替换", { wide: true, name: "finder" });
  let hits = [];
  let beyond = false;
  const chosen = new Set();
  const query = h("input", { type: "text", "aria-label": "查找", placeholder: "查找", value: words, spellcheck: "false", autocomplete: "off" });
  const replacement = h("input", { type: "text", "aria-label": "替换成", placeholder: "替换成", spellcheck: "false", autocomplete: "off" });
  const scope = h("select", { "aria-label": "在哪里找" },
    h("option", { value: "slot", text: "只在这一节" }), h("option", { value: "report", text: "这份报告的全部叙述" }),
    where.reports.length > 1 ? h("option", { value: "all", text: "所有报告的叙述" }) : null);
  scope.value = "report";
  if (!where.slot) scope.firstElementChild.disabled = true;
  const strict = h("input", { type: "checkbox", id: "finder-case" });
  const list = h("ul", { class: "hits", "aria-label": "找到的地方" });
  const count = h("p", { class: "quiet", role: "status" });
  const run = h("button", { type: "button", class: "main", text: "替换", disabled: true, onclick: () => replace() });
  const all = h("input", { type: "checkbox", "aria-label": "全选", checked: true });
  all.checked = true;

  const tell = () => {
    run.disabled = !chosen.size;
    run.textContent = chosen.size ? `替换选中的 ${chosen.size} 处` : "替换";
    all.checked = hits.length > 0 && chosen.size === hits.length;
    all.indeterminate = chosen.size > 0 && chosen.size < hits.length;
  };
  const draw = () => {
    let last = "";
    list.replaceChildren();
    hits.forEach((hit, index) => {
      const title = where.titleOf(hit.report, hit.slot);
      if (title !== last) list.append(h("li", { class: "hits-title", text: title }));
      last = title;
      const check = h("input", { type: "checkbox", "aria-label": `替换：${title}第 ${hit.line} 行` });
      check.checked = chosen.has(index);
      check.addEventListener("change", () => { if (check.checked) chosen.add(index); else chosen.delete(index); tell(); });
      const change = replacement.value || replacement.dataset.touched
        ? [h("del", { text: hit.match }), h("ins", { text: replacement.value })] : h("mark", { text: hit.match });
      list.append(h("li", { class: "hit" }, check, h("button", {
        type: "button", class: "hit-words", title: `到第 ${hit.line} 行去`, onclick: () => { box.close(); go(hit); },
      }, h("span", {}, figuredContext(hit.before)), change, h("span", {}, figuredContext(hit.after))), h("small", { text: `第 ${hit.line} 行` })));
    });
    if (beyond) list.append(h("li", { class: "quiet", text: `还有没有列出来的，这一次不替换；替换完这些，再查找一次。` }));
    tell();
  };
  let asked = 0;
  const find = async () => {
    asked += 1;
    const mine = asked;
    chosen.clear();
    if (!query.value) {
      hits = [];
      beyond = false;
      count.textContent = "";
      draw();
      return;
    }
    try {
      if (!await before()) count.textContent = "有的字还没有存上，找的是存上的字。";
      const reports = scope.value === "all" ? where.reports : [where.report];
      const answer = await post("/api/find", { reports, query: query.value, case: strict.checked });
      if (mine !== asked) return;
      hits = answer.hits.filter((hit) => scope.value !== "slot" || hit.slot === where.slot);
      // In the order of the document; within a narrative they are.
      const rank = new Map(where.slots.map((slot, index) => [slot, index]));
      const place = (hit) => (hit.report === where.report ? rank.get(hit.slot) ?? rank.size : rank.size + 1);
      hits.sort((one, other) => place(one) - place(other));
      beyond = answer.more || hits.length > MOST;
      const all = `${hits.length}${answer.more ? " 多" : ""}`;
      hits = hits.slice(0, MOST);
      hits.forEach((_, index) => chosen.add(index));
      count.textContent = beyond ? `找到 ${all} 处，只列出前 ${hits.length} 处` : hits.length ? `找到 ${all} 处` : "没有找到。数里面的字不找，只找写出来的字。";
      draw();
    } catch (error) {
      complain(error);
    }
  };
  const replace = async () => {
    const wanted = hits.filter((_, index) => chosen.has(index));
    run.disabled = true;
    try {
      if (!await before()) {
        offer("finder", "还有字没有存上，没有替换。等存上了再来。", [], { kind: "bad" });
        tell();
        return;
      }
      await post("/api/replace", { hits: wanted, replacement: replacement.value });
      box.close();
      offer("finder", `替换了 ${wanted.length} 处。要换回来，在每一节“从前的样子”里选。`, [], { passing: true, kind: "good" });
      after(wanted);
    } catch (error) {
      tell();
      complain(error);
      if (error.status === 409) find();
    }
  };
  const soon = later(find, 200);
  const watch = (input, work) => {
    input.addEventListener("input", (event) => { if (!event.isComposing) work(); });
    input.addEventListener("compositionend", work);
  };
  watch(query, soon);
  watch(replacement, () => { replacement.dataset.touched = "yes"; draw(); });
  scope.addEventListener("change", find);
  strict.addEventListener("change", find);
  all.addEventListener("change", () => {
    chosen.clear();
    if (all.checked) hits.forEach((_, index) => chosen.add(index));
    draw();
  });
  query.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) find(); });
  box.body.append(
    h("div", { class: "finder-fields" }, query, replacement, scope),
    h("div", { class: "row" }, h("label", { class: "check" }, all, "全选"),
      h("label", { class: "check" }, strict, "分清字母大小写"), count), list);
  box.foot.append(h("button", { type: "button", text: "关闭", onclick: () => box.close() }), run);
  query.focus();
  query.select();
  if (words) find();
  return box.done;
}
