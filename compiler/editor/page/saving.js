/**
 * Saves a narrative as it is typed, says truthfully how that stands, and keeps a copy in this browser of whatever the server
 * has not confirmed.
 */

import { post } from "./api.js";
import { carriedOver } from "./narrative.js";

const PAUSE = 400;
const LONGEST = 1000;
const AGAIN = [2000, 4000, 8000, 15_000];
const COPY = "chengwen.unsaved ";

/**
 * One narrative that is open, or was and is not saved yet. `on`: state(saver), merged(before, after, saver), conflict(saver).
 * `state` is "saved", "waiting", "saving", "failed" or "conflict".
 */
export class Saver {
  constructor(report, slot, text, digest, on) {
    Object.assign(this, { report, slot, base: digest, kept: text, current: text, on });
    this.state = "saved";
    this.error = null;
    this.conflict = null;
    this.when = null;
    this.since = 0;
    this.timer = 0;
    this.failures = 0;
    this.running = null;
  }

  get clean() { return this.state === "saved" && this.current === this.kept; }

  /** The writer typed. */
  typed(text) {
    if (text === this.current) return;
    this.current = text;
    keepCopy(this);
    if (this.state === "conflict") return;
    this.since ||= Date.now();
    if (this.running) return;
    if (this.state !== "failed") this.tell("waiting");
    this.plan(Math.max(0, Math.min(PAUSE, this.since + LONGEST - Date.now())));
  }

  plan(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  /** Save at once what is not saved; resolves to whether everything is. */
  async flush(options = {}) {
    clearTimeout(this.timer);
    while (!this.clean && this.state !== "conflict") {
      await this.save(options);
      if (this.state === "failed") break;
    }
    return this.clean;
  }

  save(options) {
    if (this.running) return this.running;
    if (this.state === "conflict") return Promise.resolve();
    if (this.current === this.kept) {
      if (this.state !== "saved") this.confirmed();
      return Promise.resolve();
    }
    this.running = this.attempt(options).finally(() => {
      this.running = null;
      if (this.state === "waiting") this.plan(PAUSE);
    });
    return this.running;
  }

  async attempt(options) {
    const sent = this.current;
    this.since = 0;
    if (this.state !== "failed") this.tell("saving");
    let answer;
    try {
      const body = { report: this.report, slot: this.slot, text: sent, base: this.base };
      answer = await post("/api/save", body, options);
    } catch (error) {
      this.missed(error);
      return;
    }
    this.failures = 0;
    this.error = null;
    const text = answer.text ?? sent;
    if (text === sent) {
      this.base = answer.digest;
      this.kept = sent;
    } else if (!this.take(sent, text, answer.digest)) return;
    if (this.current === this.kept) this.confirmed();
    else {
      this.since = Date.now();
      keepCopy(this);
      this.tell("waiting");
    }
  }

  /** Somebody else's words came in with the save: put them under what was typed meanwhile. */
  take(sent, merged, digest) {
    const joined = carriedOver(sent, merged, this.current);
    this.base = digest;
    this.kept = merged;
    if (joined === null) {
      this.collide({ mine: this.current, theirs: merged, base: sent, digest });
      return false;
    }
    const before = this.current;
    this.current = joined;
    this.on.merged(before, joined, this);
    return true;
  }

  missed(error) {
    const conflict = error.status === 409 && error.body?.conflict;
    if (conflict) {
      this.collide(conflict);
      return;
    }
    this.error = error;
    this.failures += 1;
    this.tell("failed");
    // What a file or a disk does not let through now it may in a moment; what was refused for good it will not.
    if (error.status !== 400 && error.status !== 413 && error.status !== 401) {
      this.plan(AGAIN[Math.min(this.failures, AGAIN.length) - 1]);
    }
  }

  collide(conflict) {
    this.conflict = { ...conflict, mine: this.current };
    keepCopy(this);
    this.tell("conflict");
    this.on.conflict(this);
  }

  /** The writer said what is to stand, having seen both: `digest` is of what they saw. */
  settle(text, digest) {
    this.conflict = null;
    this.base = digest;
    this.kept = null;
    this.current = text;
    this.state = "waiting";
    return this.save();
  }

  /** The file changed elsewhere while nothing was unsaved here. */
  renewed(text, digest) {
    Object.assign(this, { base: digest, kept: text, current: text });
    this.confirmed(false);
  }

  confirmed(now = true) {
    if (now) this.when = Date.now();
    dropCopy(this.report, this.slot);
    this.tell("saved");
  }

  tell(state) {
    this.state = state;
    this.on.state(this);
  }
}

// The copy in this browser

function keepCopy(saver) {
  try {
    localStorage.setItem(COPY + saver.report + " " + saver.slot, JSON.stringify({
      report: saver.report, slot: saver.slot, text: saver.current, base: saver.base, time: Date.now(),
    }));
  } catch {
    // Storage is full or off: the server still gets it within the second.
  }
}

export function dropCopy(report, slot) {
  try {
    localStorage.removeItem(COPY + report + " " + slot);
  } catch {
    // As above.
  }
}

/** Put a copy where what is typed from now on does not take its place. */
export function setAside(copy) {
  try {
    localStorage.setItem(`${COPY}${copy.report} ${copy.slot} ${copy.time}`, JSON.stringify(copy));
    dropCopy(copy.report, copy.slot);
  } catch {
    // It stays where it is.
  }
}

/** Forget a copy, wherever it is. */
export function forget(copy) {
  try {
    localStorage.removeItem(`${COPY}${copy.report} ${copy.slot} ${copy.time}`);
  } catch {
    // As above.
  }
  dropCopy(copy.report, copy.slot);
}

/** What an earlier visit could not save of a narrative: {text, base, time}; null without any. */
export function copyOf(report, slot) {
  return copies().find((copy) => copy.report === report && copy.slot === slot) ?? null;
}

/** All that earlier visits could not save. */
export function copies() {
  const found = [];
  try {
    for (let index = 0; index < localStorage.length; index += 1) {
      const key = localStorage.key(index);
      if (key.startsWith(COPY)) found.push(JSON.parse(localStorage.getItem(key)));
    }
  } catch {
    // Nothing that can be read.
  }
  return found.filter((copy) => typeof copy?.text === "string");
}
