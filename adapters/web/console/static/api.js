// Asks the API, and keeps the position that it answers, so that the next page shows what was written.

const POSITION = "Sync-Position";
const AWAY = "The console gives no answer. Check your connection and try again: nothing is done twice.";
const ON_ONES_WAY_MS = 10_000;

let position = null;

/** What was asked for and not granted; `message` is a sentence for people. */
export class Problem extends Error {
  constructor(sentence, code, status, facts = {}) {
    super(sentence);
    this.code = code;
    this.status = status;
    this.facts = facts;
  }
}

/** The headers by which a read waits for what was last written here. */
export function positionHeader() {
  return position ? { [POSITION]: position } : {};
}

/**
 * Send a request of the firm's API, or of the whole API where the path says so; gives `{status, body}` or throws a `Problem`.
 * `key`: the same for the same intent, however often it is sent.
 */
export async function ask(method, path, body, key, more = {}) {
  const own = key ? { "Idempotency-Key": key } : positionHeader();
  const headers = { "Content-Type": "application/json", ...own, ...more };
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const answer = await reach(path.startsWith("/api/") ? path : document.body.dataset.api + path, { method, headers, body: sent });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok || answer.status === 409) keep(answer.headers.get(POSITION));
  if (answer.ok) return { status: answer.status, body: said };
  throw new Problem(said.detail ?? AWAY, said.code ?? "no_answer", answer.status, said.facts);
}

/** Ask what is to be said of a client's fields as they are typed. */
export async function check(fields) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields) };
  const answer = await reach(`${document.body.dataset.home}/remarks`, request);
  if (!answer.ok) throw new Problem(AWAY, "no_answer", answer.status);
  return answer.json();
}

/**
 * Read a page or a part of one as a document; throws a `Problem` with the sentence of the page that failed.
 * `about`: what it is to be about, where that is too much for an address.
 */
export async function read(address, signal, about) {
  const sent = about && { method: "POST", body: JSON.stringify(about) };
  const answer = await reach(address, { headers: positionHeader(), signal, ...sent });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.redirected && new URL(answer.url).pathname === "/sign-in") leave();
  if (answer.ok) return page;
  const failure = page.querySelector("#failure");
  throw new Problem(failure?.textContent ?? AWAY, failure?.dataset.code ?? "no_answer", answer.status);
}

async function reach(address, request) {
  let answer;
  try {
    answer = await fetch(address, { ...request, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(AWAY, "no_answer", 0);
  }
  if (answer.status === 401) leave();
  return answer;
}

/** What was told is read only from where it can be seen. */
export function atLeast(told) {
  if (offsetOf(told) > offsetOf(position)) position = told;
}

const offsetOf = (at) => Number(at?.split(":")[1] ?? -1);

function keep(answered) {
  if (!answered) return;
  atLeast(answered);
  // A link that is followed sends no header of ours; a while is enough, then the read model is there.
  document.cookie = `client_sync_position=${answered}; path=/; max-age=20; samesite=strict`;
}

let wentAt = -Infinity;
addEventListener("beforeunload", () => (wentAt = performance.now()));

/**
 * Go to the sign-in, and come back here after it. Who is on their way already, by a link or by signing out, is left
 * to it: a second step takes the first one back. A download is such a step too, and one stays, so it is tried again.
 */
function leave() {
  const waits = wentAt + ON_ONES_WAY_MS - performance.now();
  if (waits > 0) setTimeout(leave, waits);
  else location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}
