/** The panes: how wide they are, which are put away; remembered in this browser. */

import { byId, h, tool } from "./dom.js";
import { remember, remembered } from "./remembered.js";

const PANES = { left: ["tree", "章节", "Ctrl+Alt+J"], right: ["preview", "预览", "Ctrl+Alt+P"], below: ["findings", "查出的问题", "Ctrl+Alt+W"] };

const shape = { split: 46, left: true, right: true, below: true, ...remembered("layout") };

export function layOut() {
  const split = byId("split");
  const group = h("span", { class: "tool-group", role: "group", "aria-label": "显示哪几栏" });
  for (const [name, [drawing, words, keys]] of Object.entries(PANES)) {
    const button = tool(drawing, words, () => togglePane(name), { keys });
    button.dataset.pane = name;
    group.append(button);
  }
  byId("works").append(group);
  split.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    split.setPointerCapture(event.pointerId);
    document.body.classList.add("dragging");
    const move = (moved) => {
      const from = byId("editor").getBoundingClientRect().left;
      const to = byId("right").getBoundingClientRect().right;
      resize(((moved.clientX - from) / (to - from)) * 100);
    };
    const stop = () => {
      split.removeEventListener("pointermove", move);
      document.body.classList.remove("dragging");
      keep();
    };
    split.addEventListener("pointermove", move);
    split.addEventListener("lostpointercapture", stop, { once: true });
  });
  split.addEventListener("keydown", (event) => {
    const wanted = { ArrowLeft: shape.split - 2, ArrowRight: shape.split + 2, Home: 25, End: 75 }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    resize(wanted);
    keep();
  });
  split.addEventListener("dblclick", () => { resize(46); keep(); });
  resize(shape.split);
  show();
}

export function togglePane(name) {
  shape[name] = !shape[name];
  show();
  keep();
}

/** Show a pane that something is about to be shown in. */
export function openPane(name) {
  if (!shape[name]) togglePane(name);
}

function resize(percent) {
  shape.split = Math.round(Math.min(75, Math.max(25, percent)) * 10) / 10;
  byId("panes").style.setProperty("--split", `${shape.split}fr`);
  byId("panes").style.setProperty("--rest", `${100 - shape.split}fr`);
  byId("split").setAttribute("aria-valuenow", String(Math.round(shape.split)));
}

function show() {
  for (const name of Object.keys(PANES)) {
    byId(name).hidden = !shape[name];
    byId("panes").classList.toggle(`no-${name}`, !shape[name]);
    document.querySelector(`[data-pane="${name}"]`)?.setAttribute("aria-pressed", String(shape[name]));
  }
}

function keep() {
  remember("layout", shape);
}
