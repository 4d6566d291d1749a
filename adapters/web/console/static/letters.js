// One dead letter: sends it again, sends what somebody made of it, or discards it; each with a reason.

import { ask, Problem } from "./api.js";
import { busy } from "./actions.js";
import { toastAfter } from "./toast.js";

const SAID = {
  redrive: "It was sent again.",
  edit: "The new message was sent.",
  discard: "It is discarded.",
};

let key = null; // of what was asked last: pressed again after no answer it is the same, and is not done twice
let asked = "";

/** Make the buttons work, if this page shows a letter that can be settled. */
export function listenForLetter() {
  const form = document.querySelector("#settle");
  if (!form) return;
  // At rest until here: pressed earlier, nothing would come of it.
  for (const button of form.querySelectorAll("[data-settle]")) button.disabled = "never" in button.dataset;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-settle]");
    if (button) press(form, button);
  });
  form.addEventListener("input", (event) => {
    if (event.target.name === "event") form.querySelector("#edit-plan").textContent = "";
  });
}

async function press(form, button) {
  if (button.getAttribute("aria-busy") === "true") return;
  const act = button.dataset.settle;
  say(form, "");
  if (act !== "preview" && !form.elements.reason.value.trim()) return needsReason(form);
  const done = busy(button);
  try {
    await (act === "preview" ? preview(form) : settle(form, act));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status !== 0 && error.status < 500) key = null;
    say(form, error.message);
  } finally {
    done();
  }
}

function needsReason(form) {
  say(form, "Say why first: it is kept with the letter.");
  form.elements.reason.focus();
}

async function preview(form) {
  const { body } = await ask("POST", `${addressOf(form)}/edit`, { event: form.elements.event.value, plan: true }, crypto.randomUUID());
  form.querySelector("#edit-plan").textContent = body.plan.says;
}

async function settle(form, act) {
  const body = { reason: form.elements.reason.value };
  if (act === "edit") body.event = form.elements.event.value;
  const now = JSON.stringify([act, body]);
  if (key === null || asked !== now) key = crypto.randomUUID();
  asked = now;
  await ask("POST", `${addressOf(form)}/${act}`, body, key);
  toastAfter(SAID[act]);
  location.assign(location.pathname);
}

const addressOf = (form) => form.closest("[data-letter]").dataset.api;

function say(form, sentence) {
  const place = form.querySelector(".problem");
  place.textContent = sentence;
  place.hidden = !sentence;
  if (sentence) place.scrollIntoView({ block: "nearest" });
}
