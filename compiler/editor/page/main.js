/** Where the page starts: makes its parts, joins them, and listens. */

import { KEY, post, takeKey } from "./api.js";
import { Chapters } from "./chapters.js";
import { Desk } from "./desk.js";
import { byId, h, tool } from "./dom.js";
import { Editor, roving } from "./editor.js";
import { findAndReplace } from "./finding.js";
import { Findings } from "./findings.js";
import { command, listenForKeys, showKeys } from "./keys.js";
import { layOut, openPane, togglePane } from "./layout.js";
import { complain, sentences } from "./notices.js";
import { hideOrigin, watchOrigin } from "./origin.js";
import { pickFigure, pickPlace } from "./picking.js";
import { Preview } from "./preview.js";
import * as works from "./works.js";

const desk = new Desk();
const saved = () => desk.saveAll();
let picking = false;

desk.chapters = new Chapters({
  report: (id) => desk.openReport(id).catch(complain),
  slot: (name) => desk.openSlot(name).catch(complain),
  section: (key) => { openPane("right"); desk.preview.reveal(key); },
});
desk.findings = new Findings({ go: (finding) => desk.goTo(finding), titleOf: (slot) => desk.chapters.titleOf(slot) });
desk.editor = new Editor({
  changed: (text) => desk.typed(text),
  caret: (line) => desk.preview?.place(desk.slot, line, true),
  pick: () => insertFigure(),
  chip: (chip, box) => desk.origin(chip, box, (focus) => { if (focus) desk.editor.focus(); }),
  reference: () => insertReference(),
  history: () => desk.history().catch(complain),
});
desk.preview = new Preview({
  open: (slot, line) => desk.openSlot(slot, { line }).catch(complain),
  figure: (figure, text, box) => desk.origin({ figure, text }, box, (focus) => {
    desk.preview.unpick();
    if (focus) desk.preview.focus();
  }),
  answer: (answer, asked) => desk.answered(answer, asked),
  leave: () => desk.editor.focus(),
  key: (event) => { const name = command(event); if (name) act(name); },
  scrolled: () => hideOrigin(),
  failed: (error) => { if (!error.unreachable) complain(error); },
});

async function insertFigure() {
  if (!desk.slot || !desk.editor.writable || picking) return;
  picking = true;
  const { from, to } = desk.editor.selection;
  const chosen = desk.editor.text.slice(from, to);
  const words = chosen.length < 30 && !/[{}\n]/.test(chosen) ? chosen : "";
  const expression = await pickFigure(desk.report, desk.slot, words);
  picking = false;
  if (expression === null) desk.editor.focus();
  else desk.editor.insert(`{{ ${expression} }}`);
}

async function insertReference() {
  if (!desk.slot || !desk.editor.writable || picking) return;
  picking = true;
  const id = await pickPlace(desk.preview.places);
  picking = false;
  if (id === null) desk.editor.focus();
  else desk.editor.insert(`[](#${id})`);
}

function find() {
  if (!desk.report) return;
  const { from, to } = desk.slot ? desk.editor.selection : { from: 0, to: 0 };
  const chosen = desk.slot ? desk.editor.text.slice(from, to) : "";
  findAndReplace({
    report: desk.report, slot: desk.slot, slots: desk.chapters.slots.map((item) => item.slot), reports: desk.shelf.map((report) => report.id),
    titleOf: (report, slot) => (report === desk.report ? desk.chapters.titleOf(slot) : `${report}　${slot}`),
  }, {
    words: /[{}\n]/.test(chosen) ? "" : chosen.slice(0, 60),
    before: saved,
    go: async (hit) => {
      try {
        if (hit.report !== desk.report) await desk.openReport(hit.report, hit.slot);
        await desk.openSlot(hit.slot, { line: hit.line, find: hit.match });
      } catch (error) {
        complain(error);
      }
    },
    after: () => { desk.lookOutside(true).catch(complain); desk.catchUp(); },
  });
}

const ORDER = ["left", "editor", "right", "below", "notices"];

/** To the next pane that is there; from the frame the page only knows that it has the focus. */
function move(by) {
  const active = document.activeElement;
  const at = ORDER.findIndex((id) => byId(id).contains(active));
  for (let step = 1; step <= ORDER.length; step += 1) {
    const name = ORDER[(at + by * step + ORDER.length * 8) % ORDER.length];
    if (enter(name)) return;
  }
}

function enter(name) {
  if (byId(name).hidden) return false;
  if (name === "left") desk.chapters.stop?.focus();
  else if (name === "editor") {
    if (desk.slot) desk.editor.focus();
    else byId("editor").focus();
  } else if (name === "right") desk.preview.focus();
  else {
    const first = byId(name).querySelector('button[tabindex="0"], button:not([tabindex])');
    if (!first) return false;
    first.focus();
  }
  return true;
}

const COMMANDS = {
  figure: insertFigure, reference: insertReference, find, help: showKeys, save: () => saved().catch(complain),
  history: () => desk.history().catch(complain), next: () => desk.step(1), previous: () => desk.step(-1),
  forward: () => move(1), back: () => move(-1), left: () => togglePane("left"), right: () => togglePane("right"),
  below: () => togglePane("below"),
  follow: () => { openPane("right"); desk.preview.place(desk.slot, desk.editor.line, "jump"); },
};
const WRITING = ["bold", "emphasis", "heading", "list", "numbers", "quote"];

function act(name) {
  if (WRITING.includes(name)) {
    // In another box of the page the browser's own meaning holds.
    if (!byId("editor").contains(document.activeElement)) return name === "bold" || name === "emphasis";
    desk.editor.do(name);
  } else COMMANDS[name]();
  return true;
}

function makeWorks() {
  const run = (work) => () => { if (desk.report) Promise.resolve(work(desk.report, saved)).catch(complain); };
  const button = (text, work, look = "") => h("button", { type: "button", class: look, text, onclick: run(work) });
  byId("works").append(
    tool("search", "查找和替换", find, { keys: "Ctrl+H" }),
    button("检查报告", works.checkReport), button("比较", works.compare), button("归档", works.freeze),
    button("生成报告", works.build, "main"),
    tool("help", "按键", showKeys, { keys: "F1" }),
  );
}

// Leaving: what is not saved goes now; only what cannot go is asked about.
function leave() {
  for (const saver of desk.savers.values()) {
    if (!saver.clean && saver.state !== "conflict") saver.flush({ keepalive: saver.current.length < 20_000 });
  }
}

document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
addEventListener("focus", () => { if (desk.slot && !desk.editor.writable) desk.look(); });
addEventListener("pagehide", leave);
addEventListener("beforeunload", (event) => {
  leave();
  if ([...desk.savers.values()].some((saver) => saver.state === "failed" || saver.state === "conflict")) event.preventDefault();
});
addEventListener("unhandledrejection", (event) => complain(event.reason));

makeWorks();
layOut();
roving(byId("works"));
watchOrigin();
listenForKeys(act);

/** The browser was started with a code that is good once: the key for it is in no list of processes and no history. */
async function comeIn() {
  const code = /^#once=([\w-]{8,})$/.exec(location.hash)?.[1];
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  sessionStorage.setItem(KEY, (await post("/api/enter", { code })).token);
}

async function start() {
  await comeIn();
  if (takeKey()) await desk.start();
  else byId("welcome").textContent = "请用成文启动时打开的网页，或者启动窗口里给出的地址。";
}

start().catch((error) => {
  complain(error);
  byId("welcome").textContent = sentences(error.message, error.hint);
});
