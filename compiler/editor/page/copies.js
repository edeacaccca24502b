/**
 * Copies in this browser of what the server has not confirmed. Each page has its own, and takes only its own away; one whose page
 * is gone may be taken over, and goes once the server has these words.
 */

import { get } from "./api.js";

const COPY = "chengwen.unsaved ";
const ALIVE = "chengwen.page ";

/** This page, for as long as it is open: a reload is another. */
const page = crypto.randomUUID();
let workspace = "";
let leave = () => {};

/** Say whose copies these are, and that this page is there. */
export function own(name) {
  workspace = name ?? "";
  navigator.locks?.request(ALIVE + page, () => new Promise((resolve) => { leave = resolve; })).catch(() => {});
}

/** This page can save nothing any more: another may take its copies over. */
export function abandon() {
  leave();
}

const keyOf = (copy) => `${COPY}${JSON.stringify([copy.workspace, copy.report, copy.slot, copy.page])}`;

/** Keep what a saver holds; returns whether this browser has it. */
export function keepCopy({ report, slot, current, base }) {
  const copy = { workspace, page, report, slot, text: current, base, time: Date.now() };
  try {
    localStorage.setItem(keyOf(copy), JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

/** The server confirmed `text`: this page's copy goes, if it is of that. */
export function dropCopy(report, slot, text) {
  forget({ workspace, page, report, slot, text });
}

/** Forget a copy whose words the server has; one that was written anew since stays. */
export function forget(copy) {
  const key = keyOf(copy);
  try {
    if (JSON.parse(localStorage.getItem(key))?.text === copy.text) localStorage.removeItem(key);
  } catch {
    // Storage is off.
  }
}

/** What earlier pages of this workspace could not save, the oldest first. */
export async function copies() {
  const found = [];
  try {
    const held = (await navigator.locks?.query())?.held ?? [];
    const alive = new Set(held.map((lock) => lock.name));
    for (let index = 0; index < localStorage.length; index += 1) {
      const key = localStorage.key(index);
      if (!key.startsWith(COPY)) continue;
      const copy = read(key);
      if (copy && copy.workspace === workspace && copy.page !== page && !alive.has(ALIVE + copy.page)) found.push(copy);
    }
  } catch {
    // Storage is off.
  }
  return found.sort((one, other) => one.time - other.time);
}

function read(key) {
  try {
    const copy = JSON.parse(localStorage.getItem(key));
    return typeof copy?.text === "string" && keyOf(copy) === key ? copy : null;
  } catch {
    return null;
  }
}

/** Whether a narrative has these words, or once had: then they were saved after all. */
export async function isSaved(copy, now) {
  if (copy.text === now) return true;
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(copy.text)));
  const digest = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const { moments } = await get("/api/history", { report: copy.report, slot: copy.slot });
  return moments.some((moment) => moment.digest === digest);
}
