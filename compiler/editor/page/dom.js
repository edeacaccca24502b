/** Small words for making the page: elements without HTML in strings, and nothing else. */

/**
 * An element. `options` are attributes; `on…` are listeners, `class`, `text` and `dataset` what they say; an attribute that is
 * false or null is left out, true is present without a value.
 */
export function h(name, options = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key === "text") element.textContent = value;
    else if (key === "dataset") Object.assign(element.dataset, value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The element of index.html with this id. */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no #${id}`);
  return element;
}

const DRAWINGS = {
  bold: "M5 3h4.2a2.6 2.6 0 0 1 0 5.2H5zM5 8.2h4.8a2.7 2.7 0 0 1 0 5.3H5z",
  emphasis: "M7 3h5M4 13h5M9.6 3 6.4 13",
  heading: "M4 3v10M12 3v10M4 8h8",
  list: "M6.5 4H14M6.5 8H14M6.5 12H14M2.5 4h.8M2.5 8h.8M2.5 12h.8",
  numbers: "M6.5 4H14M6.5 8H14M6.5 12H14M2 2.8l1-.5v3.4M1.9 9.8c.3-1 1.9-.9 1.8.1 0 .8-1.8 1.6-1.8 2.6h2",
  quote: "M3 3v10M6.5 5H14M6.5 8H14M6.5 11H11",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.7h11M7 3v10",
  picture: "M2.5 3h11v10h-11zM2.5 11l3.2-3.4 2.6 2.6 2-1.7 3.2 2.8M10.6 6.2h.1",
  reference: "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l.9-.9",
  figure: "M2.5 8a3 3 0 0 1 3-3h5a3 3 0 0 1 0 6h-5a3 3 0 0 1-3-3zM8 6.7v2.6M6.7 8h2.6",
  undo: "M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M3 6.5l3-3M3 6.5l3 3",
  redo: "M13 6.5H6.5a3.5 3.5 0 0 0 0 7H10M13 6.5l-3-3M13 6.5l-3 3",
  history: "M2.5 8a5.5 5.5 0 1 0 1.8-4.1L2.5 5.4M2.5 2.4v3h3M8 5v3.2l2.2 1.3",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 14 14",
  close: "M4 4l8 8M12 4l-8 8",
  chevron: "M6 4l4 4-4 4",
  down: "M4 6l4 4 4-4",
  tree: "M2.5 3h11v10h-11zM6.3 3v10",
  preview: "M2.5 3h11v10h-11zM9.7 3v10",
  findings: "M2.5 3h11v10h-11zM2.5 9.5h11",
  help: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.3 6.4c0-2.2 3.4-2.1 3.4-.1 0 1.2-1.7 1.4-1.7 2.6M8 11.2v.1",
  people: "M6 8a2.3 2.3 0 1 0 0-4.6A2.3 2.3 0 0 0 6 8zM1.8 13c.3-2.3 2-3.5 4.2-3.5s3.9 1.2 4.2 3.5M10.5 3.6a2.3 2.3 0 0 1 0 4.2M11.8 9.8c1.4.5 2.2 1.6 2.4 3.2",
  more: "M3.5 8h.1M8 8h.1M12.5 8h.1",
  plain: "M3 4h10M8 4v9M3 4v1.5M13 4v1.5",
};

/** A drawing in the line's colour; the name beside it says what it means, so it is hidden from screen readers. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", DRAWINGS[name]);
  svg.append(path);
  return svg;
}

/** A button with a drawing; `label` is its name and tooltip, `keys` the shortcut shown with it. */
export function tool(name, label, onclick, { keys = "", text = "", id = null } = {}) {
  const title = keys ? `${label}（${keys}）` : label;
  return h(
    "button",
    { type: "button", class: text ? "tool worded" : "tool", id, title, "aria-label": text === label ? null : label, onclick },
    icon(name),
    text || null,
  );
}

/** Tell a screen reader, without moving the focus. */
export function announce(words) {
  const region = byId("announcer");
  region.textContent = "";
  // Said again even where it is what was said last.
  setTimeout(() => { region.textContent = words; }, 30);
}

/** Run `work` once, `delay` ms after the last call; `.now()` runs it at once, `.cancel()` never. */
export function later(work, delay) {
  let timer = 0;
  const call = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; work(...values); }, delay);
  };
  call.cancel = () => { clearTimeout(timer); timer = 0; };
  return call;
}

/** A time as one says it: 今天 9:05, 昨天 17:30, 3月2日 10:00. Takes ISO text or milliseconds. */
export function spokenTime(time, now = new Date()) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  const clock = `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return `今天 ${clock}`;
  if (days === 1) return `昨天 ${clock}`;
  const year = date.getFullYear() === now.getFullYear() ? "" : `${date.getFullYear()}年`;
  return `${year}${date.getMonth() + 1}月${date.getDate()}日 ${clock}`;
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
