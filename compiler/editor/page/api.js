/** The one way to the server: JSON there and back, the key of this session in a header, every error with words to show. */

export const KEY = "chengwen.key";

/** What the server refused or could not do; `message` and `hint` are for the reader, `body` is what it answered. */
export class Refusal extends Error {
  constructor(status, message, hint = "", body = null) {
    super(message);
    this.status = status;
    this.hint = hint;
    this.body = body;
  }

  /** The server did not answer at all: it may be back in a moment. */
  get unreachable() {
    return this.status === 0;
  }
}

/** Take the key from the address and out of sight; it stays for this tab only. Returns whether there is one. */
export function takeKey() {
  const match = /^#(?:token=|t=|key=)?([\w-]{8,})$/.exec(location.hash);
  if (match) {
    sessionStorage.setItem(KEY, match[1]);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEY) !== null;
}

export function get(path, query = {}, options = {}) {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined)).toString();
  return call(text ? `${path}?${text}` : path, { ...options, method: "GET" });
}

export function post(path, body, options = {}) {
  return call(path, {
    ...options,
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** A file of the server as a download: by a request with the key, since an address alone opens nothing. */
export async function download(id, name) {
  const response = await send(`/api/file?id=${encodeURIComponent(id)}`, { method: "GET" });
  if (!response.ok) throw await refusal(response);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function call(path, options) {
  const response = await send(path, options);
  if (!response.ok) throw await refusal(response);
  return response.json();
}

async function send(path, options) {
  try {
    return await fetch(path, {
      ...options,
      headers: { ...options.headers, "X-Token": sessionStorage.getItem(KEY) ?? "" },
      cache: "no-store",
      credentials: "omit",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, "连不上成文", "等一会儿会自己接上；成文的窗口关了的，重新打开成文，用它新打开的网页，没存上的字会带过去");
  }
}

async function refusal(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    // Not an answer of ours: the words below do.
  }
  const told = body?.error;
  const words = response.status === 401 || response.status === 403
    ? ["这个网页过期了", "成文重新打开过；请用它新打开的网页，没存上的字会带过去"]
    : [`成文没有做成（${response.status}）`, "再试一次；还是不行，请告诉管理员"];
  return new Refusal(response.status, told?.message ?? words[0], told?.hint ?? (told ? "" : words[1]), body);
}
