/** What a person has to decide: two texts of one narrative at odds, and words that an earlier page could not save. */

import { roughPieces, settleConflict } from "./comparing.js";
import { copies, forget, isSaved } from "./copies.js";
import { spokenTime } from "./dom.js";
import { complain, offer } from "./notices.js";
import { keepAside } from "./saving.js";

/** Ask which side is to stand. The other is on the server before anything here takes its place. */
export async function chooseSide(desk, saver) {
  if (desk.settling) return;
  desk.settling = true;
  try {
    await desk.editor.settle();
    const { conflict } = saver;
    if (!conflict) return;
    const mine = saver.current;
    const same = conflict.sent === mine;
    const pieces = same && conflict.pieces ? conflict.pieces : roughPieces(conflict.theirs, mine);
    const title = desk.chapters.titleOf(saver.slot);
    const text = await settleConflict({ mine, theirs: conflict.theirs, base: conflict.base, pieces }, { title: `两处都改过：${title}` });
    if (text === null) {
      desk.showState(desk.saver ?? saver);
      return;
    }
    if (text !== mine) await saver.keepMine();
    // Typed while the server was asked: kept by it as well, but nobody chose against it.
    if (saver.current !== mine && text !== mine) {
      desk.showState(desk.saver ?? saver);
      offer("typed", "刚才又写了字，没有换。请再选一次。", [], { kind: "bad" });
      return;
    }
    const said = saver.current === mine ? text : saver.current;
    if (saver === desk.saver) desk.editor.renew(desk.editor.text, said);
    await saver.settle(said, conflict.digest);
    desk.preview.ask(desk.slot, desk.editor.text);
  } finally {
    desk.settling = false;
  }
}

/** Words of earlier pages that never got to the server, one after the other, for the narrative that was opened. */
export async function offerCopies(desk, { slot, text: now }) {
  const { saver, report } = desk;
  for (const copy of await copies()) {
    if (desk.saver !== saver) return;
    if (copy.report !== report || copy.slot !== slot) continue;
    if (await isSaved(copy, now)) forget(copy);
    else if (desk.saver === saver && !await offerCopy(desk, saver, copy)) return;
  }
}

/** Whether the copy is settled: a person chose, and the server has its words. */
async function offerCopy(desk, saver, copy) {
  const theirs = saver.current;
  const text = await settleConflict({ mine: copy.text, theirs, pieces: roughPieces(theirs, copy.text) }, {
    title: "上次没有存上的字", lead: `${spokenTime(copy.time)}写的字，当时没有存上，留在了这个浏览器里。要用哪一边？`,
    mine: "没有存上的", theirs: "现在存着的", mineTaken: "用没有存上的", theirsTaken: "用现在存着的",
  });
  if (text === null) return false;
  try {
    if (text !== copy.text) await keepAside(copy.report, copy.slot, copy.text);
  } catch (error) {
    complain(error);
    return false;
  }
  if (text !== theirs) {
    if (desk.saver !== saver || saver.current !== theirs) return false;
    desk.editor.renew(desk.editor.text, text, { own: true });
    desk.typed(desk.editor.text);
    // Kept until these very words are saved: by this page's own copy as well.
    if (!await saver.flush()) return false;
  }
  forget(copy);
  return true;
}

/** On the way in: say that there is something left of last time. */
export async function tellLeft(desk) {
  const left = (await copies()).filter((copy) => copy.slot !== desk.slot || copy.report !== desk.report);
  if (!left.length) return;
  const [copy] = left;
  offer("left", `上次有 ${left.length} 节的字没有存上，留在这个浏览器里。`, [["去看", async () => {
    try {
      if (copy.report !== desk.report) await desk.openReport(copy.report, copy.slot);
      await desk.openSlot(copy.slot);
    } catch (error) {
      complain(error);
    }
  }]]);
}
