// Batches: what a form asks for is sent once, and leads to the batch.

import { refresh } from "./live.js";
import { awaken, pressed, say, send } from "./sending.js";

const MOVED = ["draft_moved", "revert_moved"];

/** Make the forms of batches work, those too that come later. */
export function listenForBatches() {
  awaken("form[data-batch] button");
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-batch]")) return;
    event.preventDefault();
    press(event.target, event.submitter ?? event.target.querySelector(".buttons button, .foot .primary"));
  });
}

function press(form, button) {
  return pressed(form, button, () => begin(form), (error) => {
    say(form, error.message);
    if (MOVED.includes(error.code)) offerAnotherLook(form);
  });
}

async function begin(form) {
  const { batch } = await send(form.dataset.api, bodyOf(form));
  const page = `${document.body.dataset.home}/batches/${encodeURIComponent(batch.batch)}`;
  if (location.pathname === page) await refresh();
  else location.assign(page);
}

function bodyOf(form) {
  const reason = form.elements.reason?.value.trim();
  const back = form.elements.put_values_back;
  return {
    ...JSON.parse(form.dataset.body ?? "{}"),
    ...(back ? { put_values_back: back.checked } : {}),
    ...(reason ? { reason } : {}),
  };
}

function offerAnotherLook(form) {
  const again = document.createElement("a");
  again.href = location.href;
  again.className = "button";
  again.textContent = "Show the totals anew";
  form.querySelector(".problem").append(" ", again);
  again.focus();
}
