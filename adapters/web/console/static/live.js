// Keeps what is shown true: fetches the page again and puts in place the parts marked `data-live` that changed.

import { Problem, read } from "./api.js";

const CALM_MS = 3000;
const BUSY_MS = 400;
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

/** Fetch the page once more and show what is different. */
export async function refresh() {
  show(await read(location.href));
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
  const open = [...old.querySelectorAll("[aria-expanded=true]")].map((each) => each.getAttribute("aria-controls"));
  old.replaceWith(document.adoptNode(fresh));
  for (const id of open) expand(fresh.querySelector(`[aria-controls="${CSS.escape(id)}"]`));
  if (focused) focusLike(focused, fresh);
  fresh.dispatchEvent(new CustomEvent("replaced", { bubbles: true }));
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

/** Go on refreshing as long as the page is looked at. */
export function keepTrue() {
  remember();
  const pill = () => document.querySelector("[data-live=pill]");
  const again = () => setTimeout(look, isWorking() ? BUSY_MS : CALM_MS);
  const look = async () => {
    try {
      if (!document.hidden) await refresh();
      delete pill()?.dataset.silent;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      silent(pill());
    } finally {
      again();
    }
  };
  again();
}

function silent(pill) {
  if (!pill || pill.dataset.silent) return;
  pill.dataset.silent = "yes";
  pill.textContent = "No answer from the console · this page may be out of date";
  given.delete("pill");
}
