/** Two texts of one narrative: what it was, and mine beside theirs. */

import { get, post } from "./api.js";
import { h, spokenTime } from "./dom.js";
import { smallBox } from "./boxes.js";
import { figured } from "./figured.js";
import { joined } from "./joining.js";
import { complain, dialog, offer } from "./notices.js";

const WHY = {
  typed: "", before: "打开时的样子", outside: "在别处改的", merged: "两边的改动合在一起", restored: "换回从前的样子", replaced: "查找替换",
  unsaved: "没有用的一边",
};

/** Pieces {tag, text} as one text with what went and what came marked. */
export function worded(pieces) {
  const text = h("div", { class: "compared" });
  for (const piece of pieces) {
    if (piece.tag === "inserted") text.append(h("ins", {}, figured(piece.text)));
    else if (piece.tag === "deleted") text.append(h("del", {}, figured(piece.text)));
    else text.append(...figured(piece.text));
  }
  return text;
}

/** Of pieces that lead from one text to another, one of the two with its own words marked. */
function sideOf(pieces, theirs) {
  const text = h("div", { class: "compared", tabindex: 0 });
  for (const { tag, text: words } of pieces) {
    if (tag === (theirs ? "deleted" : "inserted")) text.append(h("mark", {}, figured(words)));
    else if (tag !== "inserted" && tag !== "deleted") text.append(...figured(words));
  }
  return text;
}

/** The moments of a narrative; resolves to the moment to go back to, or null. */
export async function showHistory(report, slot, title, writable) {
  const box = dialog(`从前的样子：${title}`, { wide: true, name: "history" });
  const list = h("div", { role: "listbox", class: "moments", "aria-label": "存过的各个时候", tabindex: -1 });
  const view = h("div", { class: "moment", "aria-live": "polite" }, h("p", { class: "quiet", text: "选一个时候，看它与现在有什么不同。" }));
  const back = h("button", { type: "button", class: "main", text: "换回这个样子", disabled: true, onclick: () => box.close(chosen) });
  let chosen = null;
  let asked = 0;
  box.body.append(h("div", { class: "two-panes" }, list, view));
  box.foot.append(h("p", { class: "quiet", text: "换回以后，现在的样子也留在这里，不会丢。" }),
    h("button", { type: "button", text: "关闭", onclick: () => box.close() }), back);
  const choose = async (row, moment) => {
    for (const other of list.children) {
      other.setAttribute("aria-selected", String(other === row));
      other.tabIndex = other === row ? 0 : -1;
    }
    asked += 1;
    const mine = asked;
    try {
      const { pieces, text } = await get("/api/moment", { report, slot, moment: moment.id });
      if (mine !== asked) return;
      chosen = moment.id;
      const same = !pieces.some((piece) => piece.tag === "inserted" || piece.tag === "deleted");
      back.disabled = !writable || same;
      view.replaceChildren(
        h("p", { class: "legend" }, same ? "与现在一样。" : [h("del", { text: "那时有、现在没有" }), "　", h("ins", { text: "后来写的" })]),
        pieces.length ? worded(pieces) : h("div", { class: "compared" }, figured(text)));
    } catch (error) {
      complain(error);
    }
  };
  try {
    const { moments } = await get("/api/history", { report, slot });
    moments.forEach((moment, index) => {
      const amount = moment.why === "before" ? "" : [moment.added && `增 ${moment.added} 字`, moment.removed && `删 ${moment.removed} 字`].filter(Boolean).join("，");
      const row = h("div", { role: "option", class: "moment-row", "aria-selected": "false", tabindex: index ? -1 : 0 },
        h("b", { text: spokenTime(moment.time) }), h("span", { text: moment.author }),
        h("small", { text: [WHY[moment.why] ?? moment.why, amount].filter(Boolean).join("　") }));
      row.addEventListener("click", () => choose(row, moment));
      row.addEventListener("focus", () => { if (row.getAttribute("aria-selected") !== "true") choose(row, moment); });
      list.append(row);
    });
    if (!moments.length) view.replaceChildren(h("p", { class: "quiet", text: "这一节还没有在这里改过。" }));
    list.addEventListener("keydown", (event) => {
      const rows = [...list.children];
      const at = rows.indexOf(document.activeElement);
      const next = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1) }[event.key];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
    list.firstElementChild?.focus();
  } catch (error) {
    complain(error);
  }
  return box.done;
}

/** Put a narrative back over the text with the digest `base`; resolves to what the server answered, as to a save. */
export function goBack(report, slot, moment, base) {
  return post("/api/restore", { report, slot, moment, base });
}

/**
 * Mine and theirs side by side, and both as one below; resolves to the text that is to stand, or null where nobody chose yet.
 * `base` is what both were made from, empty where nobody knows. `words`: {title, lead, mine, theirs, mineTaken, theirsTaken}.
 */
export function settleConflict({ mine, theirs, base = "", pieces }, words = {}) {
  const said = {
    title: "两处都改过", lead: "这一节在别处也改过，改的是同一处。两边的字都在：选一边，或者在下面合成一份。",
    mine: "这里写的", theirs: "别处写的", mineTaken: "用这里写的", theirsTaken: "用别处写的", ...words,
  };
  const box = dialog(said.title, { wide: true, name: "conflict" });
  box.element.dataset.stays = "yes";
  const both = joined(base, mine, theirs);
  const place = h("div", { class: "merged-text" });
  const edited = smallBox(place, both.text, "合在一起的字");
  const parts = pieces?.length ? pieces : [{ tag: "deleted", text: theirs }, { tag: "inserted", text: mine }];
  const column = (title, words, side, text) => h("section", { class: "side", "aria-label": title },
    h("h3", { text: title }), side, h("div", { class: "row" },
      h("button", { type: "button", text: words, class: "main", onclick: () => box.close(text) })));
  const sides = [sideOf(parts, false), sideOf(parts, true)];
  const doubled = both.at >= 0 ? "两边都改过的段，这里的在上，别处的在下：留一段，或者改成一段。" : "两边改的不在一段，这里都有了。";
  box.body.append(h("p", { text: said.lead }),
    h("div", { class: "sides" }, column(said.mine, said.mineTaken, sides[0], mine), column(said.theirs, said.theirsTaken, sides[1], theirs)),
    h("section", { class: "merging", "aria-label": "合在一起" }, h("h3", { text: "合在一起" }), h("p", { class: "quiet", text: doubled }), place));
  box.foot.append(h("p", { class: "quiet", text: "没有选的一边，留在“从前的样子”里。" }),
    h("button", { type: "button", text: "先放一放", onclick: () => box.close() }),
    h("button", { type: "button", text: "用合在一起的", onclick: async () => { await edited.settle(); box.close(edited.text); } }));
  for (const side of sides) {
    const first = side.querySelector("mark");
    if (first) side.scrollTop += first.getBoundingClientRect().top - side.getBoundingClientRect().top - side.clientHeight / 4;
  }
  if (both.at >= 0) edited.select(both.at);
  return box.done;
}

/** The word comparison of two short texts, without the server: the stretch in which they differ. */
export function roughPieces(older, newer) {
  let start = 0;
  const most = Math.min(older.length, newer.length);
  while (start < most && older[start] === newer[start]) start += 1;
  let end = 0;
  while (end < most - start && older.at(-1 - end) === newer.at(-1 - end)) end += 1;
  return [
    { tag: "same", text: older.slice(0, start) },
    { tag: "deleted", text: older.slice(start, older.length - end) },
    { tag: "inserted", text: newer.slice(start, newer.length - end) },
    { tag: "same", text: older.slice(older.length - end) },
  ].filter((piece) => piece.text);
}

export function told(words) {
  offer("done", words, [], { passing: true, kind: "good" });
}
