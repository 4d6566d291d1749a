// The settings: each switch is saved at once, says so with what follows, and goes back if it could not be saved.
// Where something was held, it is shown first, and a person says whether it goes. What was shown is sent along, so that nobody's change
// is undone unseen.

import { ask, Problem, read } from "./api.js";

const CHANGED = "The settings changed while you were looking.";

let saving = Promise.resolve();

/** Make the switches work, if this page has them. */
export function listenForSwitches() {
  const form = document.querySelector("#settings");
  if (!form) return;
  const before = new Map([...form.querySelectorAll("input")].map((each) => [each, each.checked]));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    const input = event.target;
    const wanted = input.checked;
    // One after the other: each sends all of them. One that went back meanwhile, with the one before it, is not asked for.
    saving = saving.then(() => input.checked === wanted && save(form, input, before));
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
    const sent = new Map([...before.keys()].map((each) => [each, each.checked])); // the next may be switched before this is saved
    await ask("PUT", "/settings", { ...settingsIn(sent), seen: settingsIn(before) }, crypto.randomUUID());
    for (const [each, checked] of sent) before.set(each, checked);
    if (answer === "send") await ask("POST", "/held/release", {}, crypto.randomUUID());
    said.textContent = answer === "send" ? "Saved. Held changes sent." : "Saved";
    sayWhatFollows(row, says);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    goBack(said, before);
    problem.textContent = `Not saved. ${error.code === "stale" ? await showNow(before) : error.message}`;
    problem.hidden = false;
  }
}

/** Show the settings as they are now, since they were changed elsewhere; gives what is to be said of it. */
async function showNow(before) {
  try {
    const { body } = await ask("GET", "/settings");
    for (const each of before.keys()) {
      each.checked = each.type === "radio" ? body.conflicts === each.value : body[each.dataset.side][each.dataset.name];
      before.set(each, each.checked);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `${CHANGED} Reload the page to see how they are.`;
  }
  return `${CHANGED} They are shown as they are now. Try again if you still want to.`;
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

/** `shown`: of each switch and each policy, whether it is on. */
function settingsIn(shown) {
  const settings = { actions_from_canopy: {}, actions_from_qbo: {} };
  for (const [each, checked] of shown) {
    if (each.type !== "radio") settings[each.dataset.side][each.dataset.name] = checked;
    else if (checked) settings.conflicts = each.value;
  }
  return settings;
}
