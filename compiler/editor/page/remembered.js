/** What this browser keeps of how somebody works: small things that nothing depends on. */

export function remember(name, value) {
  try {
    localStorage.setItem(`chengwen.${name}`, JSON.stringify(value));
  } catch {
    // Storage is full or off: asked again next time.
  }
}

/** What was kept under a name; an empty object, or `otherwise`, for nothing. */
export function remembered(name, otherwise = {}) {
  try {
    return JSON.parse(localStorage.getItem(`chengwen.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}
