/** The left of the page: every report, and of the open one its chapters with how each narrative stands. A tree for keys too. */

import { byId, h } from "./dom.js";

const STATES = {
  problem: ["查", "查出问题"],
  stale: ["待", "待更新"],
  changed: ["改", "已改"],
};

export class Chapters {
  /** `on`: report(id), slot(name), section(key) for a chapter without a narrative. */
  constructor(on) {
    this.on = on;
    this.root = byId("chapters");
    this.reports = [];
    this.report = "";
    this.slot = "";
    this.items = [];
    this.closed = new Set();
    this.signature = "";
    this.typed = "";
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("click", (event) => {
      const row = event.target.closest("[role=treeitem]");
      if (row) this.act(row, event.target.closest(".twist") !== null);
    });
  }

  shelf(reports) {
    this.reports = reports;
    this.draw();
  }

  /** The open report and its chapters. */
  show(report, items) {
    const signature = JSON.stringify([report, items]);
    if (signature === this.signature) return;
    this.signature = signature;
    this.report = report;
    this.items = items;
    this.draw();
  }

  choose(slot) {
    this.slot = slot;
    for (const row of this.rows(false)) {
      const here = row.dataset.slot === slot && slot !== "";
      row.setAttribute("aria-selected", String(here));
      if (here) row.scrollIntoView({ block: "nearest" });
    }
    this.makeStop(this.root.querySelector('[aria-selected="true"]') ?? this.stop);
  }

  /** The narratives in the order of the document. */
  get slots() { return this.items.filter((item) => item.slot); }

  titleOf(slot) {
    const item = this.items.find((each) => each.slot === slot);
    return item ? fullTitle(item) : slot;
  }

  draw() {
    const focused = this.root.contains(document.activeElement);
    const key = this.stop?.dataset.key;
    this.root.replaceChildren(...this.reports.map((report) => this.reportItem(report)));
    this.choose(this.slot);
    const again = [...this.root.querySelectorAll("[role=treeitem]")].find((row) => row.dataset.key === key);
    if (again) this.makeStop(again);
    if (!this.stop?.isConnected) this.makeStop(this.rows()[0]);
    if (focused) this.stop?.focus();
  }

  reportItem(report) {
    const open = report.id === this.report;
    const title = `${report.department}　${report.year}`;
    const row = h("div", {
      role: "treeitem", class: "report-row", "aria-level": 1, "aria-expanded": String(open && !this.closed.has(report.id)), tabindex: -1,
      "aria-selected": "false", dataset: { key: `report ${report.id}`, report: report.id },
    }, h("span", { class: "twist", "aria-hidden": "true" }),
    h("span", { class: "words" }, h("b", { text: title }), h("small", { text: report.problem || report.title || report.kind })));
    if (report.problem) row.classList.add("broken");
    const children = open && !this.closed.has(report.id) ? this.group(nested(this.items), 2, report.id) : null;
    return h("div", { role: "none" }, row, children);
  }

  /** Rows as a group, each with the group of what lies deeper; a level may be skipped. */
  group(nodes, depth, owner) {
    return h("div", { role: "group" }, nodes.map(({ item, inner }) => {
      const key = `${owner}/${item.number}${item.title}/${item.slot}`;
      const open = inner.length > 0 && !this.closed.has(key);
      return h("div", { role: "none" }, this.row(item, depth, inner.length > 0, key), open ? this.group(inner, depth + 1, key) : null);
    }));
  }

  row(item, depth, deeper, key) {
    const states = (item.states ?? []).filter((state) => STATES[state]);
    const told = states.map((state) => STATES[state][1]);
    const missing = item.slot && !item.exists;
    if (missing) told.push("还没有写");
    const row = h("div", {
      role: "treeitem", class: `slot-row${item.slot ? "" : " bare"}`, "aria-level": depth, tabindex: -1, "aria-selected": "false",
      "aria-label": [fullTitle(item), ...told].join("，"), title: [fullTitle(item), ...told].join("　"),
      "aria-expanded": deeper ? String(!this.closed.has(key)) : null, dataset: { key, slot: item.slot, section: item.section ?? "" },
    }, deeper ? h("span", { class: "twist", "aria-hidden": "true" }) : h("span", { class: "no-twist" }),
    h("span", { class: "words" }, fullTitle(item)),
    h("span", { class: "states", "aria-hidden": "true" },
      missing ? h("span", { class: "state missing", dataset: { letter: "空" } }) : null,
      states.map((state) => h("span", { class: `state ${state}`, dataset: { letter: STATES[state][0] } }))));
    row.style.setProperty("--depth", String(depth - 2));
    return row;
  }

  rows(visible = true) {
    const all = [...this.root.querySelectorAll("[role=treeitem]")];
    return visible ? all.filter((row) => row.offsetParent !== null || !this.root.offsetParent) : all;
  }

  makeStop(row) {
    if (!row) return;
    if (this.stop) this.stop.tabIndex = -1;
    this.stop = row;
    row.tabIndex = 0;
  }

  act(row, twist = false) {
    this.makeStop(row);
    if (row.dataset.report !== undefined) {
      const { report } = row.dataset;
      if (report !== this.report) {
        this.closed.delete(report);
        this.on.report(report);
      } else this.fold(row, row.getAttribute("aria-expanded") === "true");
    } else if (row.dataset.slot && !twist) this.on.slot(row.dataset.slot);
    else if (row.dataset.section && !twist) this.on.section(row.dataset.section);
    else if (row.hasAttribute("aria-expanded")) this.fold(row, row.getAttribute("aria-expanded") === "true");
  }

  fold(row, shut) {
    const key = row.dataset.report ?? row.dataset.key;
    if (shut) this.closed.add(key);
    else this.closed.delete(key);
    this.draw();
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const rows = this.rows();
    const at = rows.indexOf(document.activeElement);
    if (at < 0) return;
    const row = rows[at];
    const expanded = row.getAttribute("aria-expanded");
    let next = null;
    if (event.key === "ArrowDown") next = rows[at + 1];
    else if (event.key === "ArrowUp") next = rows[at - 1];
    else if (event.key === "Home") next = rows[0];
    else if (event.key === "End") next = rows.at(-1);
    else if (event.key === "ArrowRight") {
      if (expanded === "false") this.act(row, true);
      else if (expanded === "true") next = rows[at + 1];
    } else if (event.key === "ArrowLeft") {
      if (expanded === "true") this.fold(row, true);
      else next = rows.slice(0, at).reverse().find((other) => Number(other.ariaLevel) < Number(row.ariaLevel));
    } else if (event.key === "Enter" || event.key === " ") this.act(row);
    else if (event.key.length === 1) next = this.named(rows, at, event.key);
    else return;
    event.preventDefault();
    if (next) {
      this.makeStop(next);
      next.focus();
    }
  }

  /** The next row whose title starts with what was typed. */
  named(rows, at, letter) {
    const now = Date.now();
    this.typed = now - (this.typedAt ?? 0) < 800 ? this.typed + letter : letter;
    this.typedAt = now;
    const from = this.typed.length > 1 ? at : at + 1;
    return [...rows.slice(from), ...rows.slice(0, from)]
      .find((row) => row.querySelector(".words").textContent.includes(this.typed));
  }
}

/** Number and words, apart where they would run together: 附件4-1 2023年… */
function fullTitle({ number, title }) {
  return number && !/[、）)]$/.test(number) ? `${number} ${title}` : number + title;
}

/** Items, each with a level, as nodes within nodes: {item, inner}. */
function nested(items) {
  const top = [];
  const above = [];
  for (const item of items) {
    const node = { item, inner: [] };
    while (above.length && above.at(-1).item.level >= item.level) above.pop();
    (above.at(-1)?.inner ?? top).push(node);
    above.push(node);
  }
  return top;
}
