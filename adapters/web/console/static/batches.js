// Batches: what a form asks for is sent once, and leads to the batch; while one is under way its page looks how far it is.

import { busy } from "./actions.js";
import { ask, Problem } from "./api.js";
import { refresh } from "./live.js";

const LOOK_MS = 1000; // stopping and ending are noted in the database, of which no event tells

let key = null; // of what was asked last: pressed again after no answer it is the same, and is not done twice
let asked = "";

/** Make the forms of batches work, if this page has one. */
export function listenForBatches() {
  if (!document.querySelector("form[data-batch]")) return;
  awaken();
  document.addEventListener("replaced", awaken);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-batch]")) return;
    event.preventDefault();
    press(event.target, event.submitter ?? event.target.querySelector(".buttons button"));
  });
  setInterval(look, LOOK_MS);
}

/** At rest until here: pressed earlier, nothing would come of it. */
function awaken() {
  for (const button of document.querySelectorAll("form[data-batch] button")) button.disabled = false;
}

function look() {
  if (document.hidden || !document.querySelector("[data-live=progress][data-open]")) return;
  refresh().catch(() => {}); // that nothing answers is said by who listens
}

async function press(form, button) {
  if (!button || button.getAttribute("aria-busy") === "true") return;
  say(form, "");
  const done = busy(button);
  try {
    const { batch } = await send(form.dataset.api, bodyOf(form));
    const page = `${document.body.dataset.home}/batches/${encodeURIComponent(batch.batch)}`;
    if (location.pathname === page) await refresh();
    else location.assign(page);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status !== 0 && error.status < 500) key = null;
    say(form, error.message);
    if (error.code === "draft_moved") offerAnotherLook(form);
  } finally {
    done();
  }
}

function bodyOf(form) {
  const reason = form.elements.reason?.value.trim();
  return { ...JSON.parse(form.dataset.body ?? "{}"), ...(reason ? { reason } : {}) };
}

async function send(path, body) {
  const now = JSON.stringify([path, body]);
  if (key === null || asked !== now) key = crypto.randomUUID();
  asked = now;
  const answer = await ask("POST", path, body, key);
  key = null;
  return answer.body;
}

function offerAnotherLook(form) {
  const again = document.createElement("a");
  again.href = location.href;
  again.className = "button";
  again.textContent = "Show the totals anew";
  form.querySelector(".problem").append(" ", again);
  again.focus();
}

function say(form, sentence) {
  const place = (form.isConnected ? form : document).querySelector(".problem");
  if (!place) return;
  place.textContent = sentence;
  place.hidden = !sentence;
}
