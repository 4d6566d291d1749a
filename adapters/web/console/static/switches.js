// The settings: each switch is saved at once, says so, and goes back if it could not be.

import { ask, Problem } from "./api.js";

let saving = Promise.resolve();

/** Make the switches work, if this page has them. */
export function listenForSwitches() {
  const form = document.querySelector("#settings");
  if (!form) return;
  const before = new Map([...form.elements].filter((each) => each.type).map((each) => [each, each.checked]));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    // One after the other: each sends all of them.
    saving = saving.then(() => save(form, event.target, before));
  });
}

async function save(form, input, before) {
  const row = input.closest(".row");
  const problem = row.parentElement.matches(".policies")
    ? form.querySelector(".policies + .problem")
    : row.nextElementSibling;
  const said = row.querySelector(".said");
  for (const each of form.querySelectorAll(".said")) each.textContent = "";
  said.textContent = "Saving…";
  problem.hidden = true;
  try {
    await ask("PUT", "/settings", settingsIn(form), crypto.randomUUID());
    for (const each of before.keys()) before.set(each, each.checked);
    said.textContent = "Saved";
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    for (const [each, checked] of before) each.checked = checked;
    said.textContent = "";
    problem.textContent = `Not saved. ${error.message}`;
    problem.hidden = false;
  }
}

function settingsIn(form) {
  const settings = {
    actions_from_canopy: {},
    actions_from_qbo: {},
    conflicts: form.querySelector("[name=conflicts]:checked").value,
  };
  for (const each of form.querySelectorAll("[role=switch]")) {
    settings[each.dataset.side][each.dataset.name] = each.checked;
  }
  return settings;
}
