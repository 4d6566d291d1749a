// What forms of batches and of replays have in common: at rest until their script is there, sent once, looked after while under way.

import { busy } from "./actions.js";
import { ask, Problem } from "./api.js";
import { isOpen, look } from "./live.js";

const LOOK_MS = 1000; // stopping and ending are noted in the database, of which no event tells

let key = null; // of what was asked last: pressed again after no answer it is the same, and is not done twice
let asked = "";

/** Let buttons be pressed from here on: pressed earlier, nothing would come of it. */
export function awaken(selector) {
  const wake = () => {
    for (const button of document.querySelectorAll(selector)) button.disabled = false;
  };
  wake();
  document.addEventListener("replaced", wake);
}

/** Look how far it is for as long as the page says that it is open. */
export function lookWhileOpen() {
  setInterval(() => {
    if (!document.hidden && isOpen()) look();
  }, LOOK_MS);
}

/** Carry out what a button of a form asks for, once at a time; `failed` is told of what was not granted. */
export async function pressed(form, button, carryOut, failed) {
  if (!button || button.getAttribute("aria-busy") === "true") return;
  say(form, "");
  const done = busy(button);
  try {
    await carryOut();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status !== 0 && error.status < 500) key = null;
    await failed(error);
  } finally {
    done();
  }
}

/** Send it; gives what was answered. */
export async function send(path, body) {
  const now = JSON.stringify([path, body]);
  if (key === null || asked !== now) key = crypto.randomUUID();
  asked = now;
  const answer = await ask("POST", path, body, key);
  key = null;
  return answer.body;
}

/** What went wrong is said where it was pressed, or below where that is gone by now; false: there is no such place. */
export function say(form, sentence) {
  const place = (form.isConnected ? form : document).querySelector(".problem");
  if (!place) return false;
  place.textContent = sentence;
  place.hidden = !sentence;
  if (sentence) place.scrollIntoView({ block: "nearest" });
  return true;
}
