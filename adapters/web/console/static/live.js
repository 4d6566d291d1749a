// Keeps what is shown true: fetches the page again and puts in place the parts marked `data-live` that changed.

import { Problem, read } from "./api.js";
import { listen } from "./stream.js";

const AT_MOST_EVERY_MS = 150;
const WHILE_OPEN_MS = 1000; // of what goes on by itself the page tells how far it is, and not each of its steps
const TIMES_GROW_OLD_MS = 60_000;
const WORKING = new Set(["matching", "creating", "unmatching"]);

// As the server last gave each part: scripts change them too, and that is no news. A part with a sign of its own
// is new only when that is; parts within it come and go by themselves.
const given = new Map();
const sign = (part) => part.dataset.sign ?? part.outerHTML;

/** Remember the parts of the page as they are. */
export function remember() {
  given.clear();
  for (const part of document.querySelectorAll("[data-live]")) given.set(part.dataset.live, sign(part));
}

/** Say whether the client of this page is being worked on. */
export function isWorking() {
  return WORKING.has(document.querySelector("[data-status]")?.dataset.status);
}

/** Say whether the page shows how far something is that is under way. */
export function isOpen() {
  return document.querySelector("[data-live=progress][data-open]") !== null;
}

/** Fetch the page once more and show what is different. */
export async function refresh() {
  const { href } = location;
  const page = await read(href);
  if (location.href !== href) return; // one has gone on meanwhile, to what is fresher
  show(page);
  document.dispatchEvent(new CustomEvent("refreshed", { detail: page }));
}

/** Put the parts of a fetched page in place. */
export function show(page) {
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const key = fresh.dataset.live;
    if (given.get(key) === sign(fresh)) continue;
    const old = document.querySelector(`[data-live="${CSS.escape(key)}"]`);
    if (!old) continue;
    given.set(key, sign(fresh));
    if (old !== fresh) replace(old, fresh);
  }
}

/** Replace an element; what was open stays open, and the focus stays where it was or near it. */
export function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  keepHeight(old.closest("tr"));
  const open = [...old.querySelectorAll("[aria-expanded=true]")].map((each) => each.getAttribute("aria-controls"));
  old.replaceWith(document.adoptNode(fresh));
  for (const id of open) expand(fresh.querySelector(`[aria-controls="${CSS.escape(id)}"]`));
  if (focused) focusLike(focused, fresh);
  fresh.dispatchEvent(new CustomEvent("replaced", { bubbles: true }));
}

/** Let no row move because one above it has less to say. */
function keepHeight(row) {
  if (!row) return;
  const property = getComputedStyle(row).display === "table-row" ? "height" : "minHeight";
  row.style[property] = `${row.offsetHeight}px`;
}

/** Open or close what a button stands for. */
export function expand(button) {
  if (!button) return;
  const opens = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(opens));
  document.getElementById(button.getAttribute("aria-controls")).hidden = !opens;
}

function focusLike(focused, fresh) {
  const same = focused.id && fresh.querySelector(`#${CSS.escape(focused.id)}`);
  const target = same || fresh.querySelector("button:not(:disabled), a[href], input:not(:disabled)");
  if (!target) fresh.tabIndex = -1;
  (target || fresh).focus({ preventScroll: true });
}

/** Show from now on what happens, as it is told. */
export function keepTrue() {
  remember();
  listen({ look, live: (live) => sayWhetherLive({ live }) });
  // "3 min ago" becomes untrue by itself.
  setInterval(() => document.hidden || look(), TIMES_GROW_OLD_MS);
}

let looking = null;
let wanted;

/** Look soon, once for all that is told meanwhile; `told` names what changed, null: anything may have. */
export function look(told = []) {
  wanted = told === null || wanted === null ? null : [...(wanted ?? []), ...told];
  looking ??= lookNow().finally(() => (looking = null));
  return looking;
}

async function lookNow() {
  do {
    const changed = wanted;
    wanted = undefined;
    try {
      await refresh();
      await tellOthers(changed);
      sayWhetherLive({ answers: true });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      sayWhetherLive({ answers: false });
    }
    await new Promise((next) => setTimeout(next, isOpen() ? WHILE_OPEN_MS : AT_MOST_EVERY_MS));
  } while (wanted !== undefined);
}

/** Let other parts of the page look too, and wait for them. `told`: what changed, null: anything may have. */
async function tellOthers(told) {
  const event = new CustomEvent("changed", { detail: { told, waits: [] } });
  document.dispatchEvent(event);
  await Promise.all(event.detail.waits);
}

const SAID = {
  lost: "Live updates are lost · looking every few seconds",
  silent: "No answer from the console · this page may be out of date",
};

const heard = { live: true, answers: true };

/** Say, in place of the pill, when what is shown may be out of date. */
function sayWhetherLive(news) {
  Object.assign(heard, news);
  const place = document.querySelector("#liveness");
  if (!place) return;
  const state = !heard.answers ? "silent" : !heard.live ? "lost" : null;
  place.hidden = state === null;
  if (state && place.textContent !== SAID[state]) place.textContent = SAID[state];
}
