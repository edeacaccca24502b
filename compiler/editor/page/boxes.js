/** The text box of either kind, made where it is wanted: in the middle of the page, or in a dialog. */

import { chipsToldBy } from "./figured.js";
import { RichBox } from "./rich.js";

/** A small usual box holding `text`, for a dialog; `label` is its name. */
export function smallBox(parent, text, label, changed = () => {}) {
  const nothing = () => {};
  const box = new RichBox(parent, {
    changed, caret: nothing, settled: nothing, focused: nothing, pick: nothing, chip: nothing, refused: nothing,
  }, label);
  box.open(text, true);
  box.tellChips(chipsToldBy(text));
  return box;
}
