/**
 * Saves a narrative as it is typed, says truthfully how that stands, and keeps a copy in this browser of whatever the server
 * has not confirmed.
 */

import { post } from "./api.js";
import { dropCopy, keepCopy } from "./copies.js";
import { carriedOver } from "./narrative.js";

const PAUSE = 400;
const LONGEST = 1000;
const AGAIN = [2000, 4000, 8000, 15_000];
/** As the base of a save: made from what nobody knows, so that it is not saved but kept. */
const UNKNOWN = "-";

/** Have the server keep words among what a narrative was, without saving them. Throws `Refusal` where it could not. */
export async function keepAside(report, slot, text) {
  try {
    await post("/api/save", { report, slot, text, base: UNKNOWN });
  } catch (error) {
    // At odds with what is there: those words are in the history now.
    if (!(error.status === 409 && error.body?.conflict)) throw error;
  }
}

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
    /** Whether this browser has what is not saved. */
    this.copied = true;
  }

  get clean() { return this.state === "saved" && this.current === this.kept; }

  /** The writer typed. */
  typed(text) {
    if (text === this.current) return;
    this.current = text;
    this.copied = keepCopy(this);
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
      this.copied = keepCopy(this);
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
    this.conflict = { ...conflict, sent: conflict.mine };
    this.copied = keepCopy(this);
    this.tell("conflict");
    this.on.conflict(this);
  }

  /** See that the server keeps what is here, whatever is typed meanwhile. Throws `Refusal`; nothing is forgotten then. */
  async keepMine() {
    for (let kept = null; kept !== this.current;) {
      kept = this.current;
      await keepAside(this.report, this.slot, kept);
    }
  }

  /** The writer said what is to stand, having seen both: `digest` is of what they saw. */
  settle(text, digest) {
    this.conflict = null;
    this.base = digest;
    this.kept = null;
    this.current = text;
    this.copied = keepCopy(this);
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
    dropCopy(this.report, this.slot, this.current);
    this.tell("saved");
  }

  tell(state) {
    this.state = state;
    this.on.state(this);
  }
}
