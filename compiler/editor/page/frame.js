/**
 * In the frame of the preview: shows what the page sends, tells it what was clicked, and can do nothing else. It has no
 * origin, so neither what is in a report nor this script reaches the page or the server.
 */

const main = document.getElementById("page-main");
const words = document.getElementById("frame-words");
const style = document.getElementById("report-style");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** By key: {html, sheet, anchor}; `anchor` is the comment before its nodes. */
let sections = new Map();
let order = [];
let place = { slot: "", line: 0 };
let here = [];
let picked = null;
let cursor = null;

addEventListener("message", (event) => {
  if (event.source !== parent) return;
  const told = event.data;
  if (told.type === "page") {
    if (style.textContent !== told.style) style.textContent = told.style;
    if (!told.again) {
      main.replaceChildren();
      sections = new Map();
    }
    draw(told.order, told.sections);
    if (!told.again) scrollTo(0, 0);
  } else if (told.type === "patch") {
    draw(told.order, told.changed);
  } else if (told.type === "words") {
    words.textContent = told.words;
    words.hidden = !told.words;
    if (told.words) main.replaceChildren();
  } else if (told.type === "place") {
    place = { slot: told.slot, line: told.line };
    mark(told.scroll);
  } else if (told.type === "paper") {
    document.documentElement.classList.toggle("white", told.white);
  } else if (told.type === "section") {
    const first = sections.has(told.key) && nodesOf(sections.get(told.key)).find((node) => node.nodeType === 1);
    if (first) scrollBy({ top: first.getBoundingClientRect().top - 40, behavior: calm.matches ? "auto" : "smooth" });
  } else if (told.type === "focus") {
    main.focus({ preventScroll: true });
  } else if (told.type === "unpick") {
    pick(null);
  }
});

/** Bring the page to the order `given`, null for the one it has, and to what `changed`: all else keeps its nodes and its place. */
function draw(given, changed) {
  const next = given ?? order;
  words.hidden = true;
  for (const element of here) element.classList.remove("here");
  pick(null);
  for (const element of main.querySelectorAll('[class=""]')) element.removeAttribute("class");
  const top = scrollY;
  const anchor = firstInView();
  const before = anchor?.getBoundingClientRect().top;
  let rebuilt = next.length !== order.length || next.some((key, index) => key !== order[index]);
  for (const { key, html, sheet } of changed) {
    const old = sections.get(key);
    if (!old || (old.sheet ?? null) !== (sheet ?? null)) rebuilt = true;
    const section = old ?? { anchor: document.createComment(key) };
    section.sheet = sheet;
    sections.set(key, section);
    const fresh = parsed(html);
    if (!old) section.waiting = fresh;
    else replaceNodes(nodesOf(section), fresh, section.anchor);
  }
  order = next;
  if (rebuilt) build();
  // What grew above the reader must not push the page away under their eyes.
  if (anchor?.isConnected) scrollBy(0, anchor.getBoundingClientRect().top - before);
  else if (scrollY !== top) scrollTo(0, top);
  fit();
  mark(false);
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const element of template.content.querySelectorAll("script, iframe, object, embed, form, base, meta, link")) element.remove();
  return template.content;
}

/** Sheets of paper with the sections in order: done anew only where there is another section, or another order. */
function build() {
  const all = document.createDocumentFragment();
  let sheet = null;
  const known = new Set(order);
  for (const key of sections.keys()) if (!known.has(key)) sections.delete(key);
  for (const key of order) {
    const section = sections.get(key);
    if (!section || section.sheet === null || section.sheet === undefined) continue;
    if (section.sheet || !sheet) {
      sheet = document.createElement("div");
      sheet.className = section.sheet || "sheet";
      all.append(sheet);
    }
    const nodes = section.waiting ? [section.waiting] : nodesOf(section);
    delete section.waiting;
    sheet.append(section.anchor, ...nodes);
  }
  main.replaceChildren(all);
}

const anchors = (node) => node.nodeType === 8 && sections.get(node.data)?.anchor === node;

function nodesOf(section) {
  const found = [];
  for (let node = section.anchor.nextSibling; node && !anchors(node); node = node.nextSibling) found.push(node);
  return found;
}

/** Put `fresh` in the place of the neighbours `old`, which follow `after`; those that are the same stay. */
function replaceNodes(old, fresh, after) {
  const parent = after.parentNode;
  if (!parent) return;
  const stop = old.length ? old.at(-1).nextSibling : after.nextSibling;
  const next = [...fresh.childNodes];
  let start = 0;
  while (start < next.length && start < old.length && old[start].isEqualNode(next[start])) start += 1;
  let end = 0;
  while (end < next.length - start && end < old.length - start
    && old[old.length - 1 - end].isEqualNode(next[next.length - 1 - end])) end += 1;
  const gone = old.slice(start, old.length - end);
  const come = next.slice(start, next.length - end);
  const before = end ? old[old.length - end] : stop;
  for (const node of gone) node.remove();
  for (const node of come) parent.insertBefore(node, before);
}

function firstInView() {
  const found = document.elementFromPoint(innerWidth / 2, 40);
  return found && main.contains(found) ? found.closest("[data-slot], p, table, h2, h3, h4") : null;
}

/** Mark what comes from the line being written, and bring it into view when it is out of it. */
function mark(scroll) {
  for (const element of here) element.classList.remove("here");
  here = placed(place.slot, place.line);
  for (const element of here) element.classList.add("here");
  const target = here[0] ?? (place.slot && main.querySelector(`[data-slot="${CSS.escape(place.slot)}"]`));
  if (!scroll || !target) return;
  const box = target.getBoundingClientRect();
  const room = innerHeight;
  if (box.top >= 24 && box.bottom <= room - 24) return;
  if (box.top < room * 0.5 && box.bottom > room * 0.5 && box.height > room * 0.6) return;
  const top = scrollY + box.top - (box.height > room * 0.6 ? 40 : (room - box.height) / 3);
  scrollTo({ top, behavior: scroll === "jump" || calm.matches || Math.abs(top - scrollY) > 3 * room ? "auto" : "smooth" });
}

function placed(slot, line) {
  if (!slot) return [];
  const blocks = [...main.querySelectorAll(`[data-slot="${CSS.escape(slot)}"]`)];
  const inside = blocks.filter((element) => {
    const first = Number(element.dataset.line);
    return first <= line && line <= Number(element.dataset.end ?? first);
  });
  // The innermost: of a list the entry.
  return inside.filter((element) => !inside.some((other) => other !== element && element.contains(other)));
}

/** The width of a sheet is that of the paper; the pane's is what there is. */
function fit() {
  const sheet = main.querySelector(".sheet:not(.landscape)") ?? main.querySelector(".sheet");
  if (!sheet) return;
  const now = Number(getComputedStyle(main).zoom) || 1;
  const width = sheet.getBoundingClientRect().width / now + 28;
  const room = document.documentElement.clientWidth;
  const wanted = Math.min(1.1, Math.max(0.35, room / width));
  // A pane that is put away has no width; it comes back as it was.
  if (room < 60 || Math.abs(wanted - now) <= 0.004) return;
  const seen = (element) => element.getBoundingClientRect().bottom > 0 && element.getBoundingClientRect().top < innerHeight;
  const anchor = here.find((element) => element.isConnected && seen(element)) ?? firstInView();
  const before = anchor?.getBoundingClientRect().top;
  document.documentElement.style.setProperty("--fit", wanted.toFixed(3));
  if (anchor) scrollBy(0, anchor.getBoundingClientRect().top - before);
}

new ResizeObserver(fit).observe(document.documentElement);

function tell(type, more = {}) {
  parent.postMessage({ type, ...more }, "*");
}

function pick(element) {
  picked?.classList.remove("picked");
  picked = element;
  picked?.classList.add("picked");
}

main.addEventListener("click", (event) => act(event.target, event));

function act(element, event) {
  const link = element.closest("a[href]");
  if (link) {
    event?.preventDefault();
    const href = link.getAttribute("href");
    const target = href.startsWith("#") && document.getElementById(decodeURIComponent(href.slice(1)));
    if (target) target.scrollIntoView({ block: "start" });
    if (target || !element.closest("[data-slot]")) return;
  }
  const figure = element.closest("[data-figure]");
  if (figure) {
    pick(figure);
    const box = figure.getBoundingClientRect();
    tell("figure", {
      figure: figure.dataset.figure, text: figure.textContent,
      box: { left: box.left, top: box.top, width: box.width, height: box.height },
    });
    return;
  }
  const block = element.closest("[data-slot]");
  if (block && getSelection().isCollapsed) tell("open", { slot: block.dataset.slot, line: Number(block.dataset.line) || 1 });
}

// By keys: with Ctrl the arrows go from paragraph to paragraph and from figure to figure, Enter opens.
main.addEventListener("keydown", (event) => {
  if (event.ctrlKey && !event.altKey && event.key.startsWith("Arrow")) {
    const figures = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const forward = event.key === "ArrowRight" || event.key === "ArrowDown";
    const all = [...main.querySelectorAll(figures ? "[data-figure]" : "[data-slot]")];
    const from = cursor?.isConnected ? cursor : here[0] ?? main.firstElementChild;
    const position = forward ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
    const rest = all.filter((element) => from && from !== element && (from.compareDocumentPosition(element) & position)
      && (figures || !from.contains(element)));
    const next = forward ? rest[0] : rest.at(-1);
    event.preventDefault();
    if (!next) return;
    cursor = next;
    pick(next);
    next.scrollIntoView({ block: "nearest" });
    tell("said", { words: next.textContent.trim().slice(0, 200) });
  } else if (event.key === "Enter" && cursor?.isConnected) {
    event.preventDefault();
    act(cursor);
  } else if (event.key === "Escape") tell("leave");
});

// Shortcuts of the page work from here as well.
addEventListener("keydown", (event) => {
  if (event.key === "F6" || event.key === "F1" || ((event.ctrlKey || event.metaKey) && !event.key.startsWith("Arrow")
    && !["c", "a", "C", "A", "Control", "Meta"].includes(event.key))) {
    if (["s", "f", "h", "b", "/", "S", "F"].includes(event.key) || event.key === "F6" || event.key === "F1") event.preventDefault();
    tell("key", { key: event.key, code: event.code, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey });
  }
});

addEventListener("scroll", () => tell("scrolled"), { passive: true });
tell("ready");
