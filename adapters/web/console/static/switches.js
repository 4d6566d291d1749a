// The settings: each switch is saved at once, says so with what follows, and goes back if it could not be saved.
// Where something was held, it is shown first, and a person says whether it goes.

import { ask, Problem, read } from "./api.js";

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
    const { says, answer } = await following(input);
    if (answer === "cancel") return void goBack(said, before);
    await ask("PUT", "/settings", settingsIn(form), crypto.randomUUID());
    for (const each of before.keys()) before.set(each, each.checked);
    if (answer === "send") await ask("POST", "/held/release", {}, crypto.randomUUID());
    said.textContent = answer === "send" ? "Saved. Held changes sent." : "Saved";
    sayWhatFollows(row, says);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    goBack(said, before);
    problem.textContent = `Not saved. ${error.message}`;
    problem.hidden = false;
  }
}

function goBack(said, before) {
  for (const [each, checked] of before) each.checked = checked;
  said.textContent = "";
}

/** Learn what follows from a switch, and ask where something was held. `answer`: keep, send or cancel. */
async function following(input) {
  if (!input.matches("[role=switch]")) return { answer: "keep" };
  const { side, name, label } = input.dataset;
  const asked = new URLSearchParams({ side, name, label, on: input.checked });
  const page = await read(`${document.body.dataset.home}/settings/following?${asked}`);
  const says = page.querySelector(".says").textContent;
  const form = page.querySelector("form.ask");
  return { says, answer: form ? await answerOf(form) : "keep" };
}

function answerOf(form) {
  const dialog = document.querySelector("#ask");
  dialog.replaceChildren(document.adoptNode(form));
  dialog.returnValue = "";
  dialog.showModal();
  // Esc gives no value at all.
  const answered = (done) => done(dialog.returnValue || "cancel");
  return new Promise((done) => dialog.addEventListener("close", () => answered(done), { once: true }));
}

function sayWhatFollows(row, says) {
  const place = row.querySelector(".follows");
  if (place) place.textContent = says ?? "";
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
