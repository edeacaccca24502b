/** Waits for what changes elsewhere: files saved by other programs, people who come and go. */

import { get } from "./api.js";

const AGAIN = 3000;

/** Watch a report, as it was at a `revision` (empty: as it is now), until `stop()`; `on.news(news)` for each change, `on.lost(error)` and `on.back()` as the server goes and comes. */
export function watch(report, revision, on) {
  const control = new AbortController();
  let lost = false;
  const run = async () => {
    while (!control.signal.aborted) {
      try {
        const news = await get("/api/watch", { report, revision }, { signal: control.signal });
        if (lost) on.back();
        lost = false;
        const first = revision === "";
        revision = news.revision;
        on.news(news, first);
      } catch (error) {
        if (control.signal.aborted) return;
        if (!lost || error.status === 401) on.lost(error);
        // Another key would be needed: this page is over.
        if (error.status === 401) return;
        lost = true;
        await new Promise((resolve) => { setTimeout(resolve, AGAIN); });
      }
    }
  };
  run();
  return { stop: () => control.abort() };
}
