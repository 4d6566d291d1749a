// The pop-up for a taken display name: choose one that is free, or type one, which is looked at while one types.

import { ask, Problem } from "./api.js";

const TYPED_MS = 200;

let typed = null;
let kept = { question: null, own: "" }; // what is typed outlives the answer to who has the name

/** Make the choice of a name work, wherever it stands. */
export function listenForRename() {
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form.rename");
    if (!form) return;
    if (event.target.name === "own") ownNameOf(form).checked = true;
    kept = { question: questionOf(form), own: form.elements.own.value };
    clearTimeout(typed);
    typed = setTimeout(() => look(form), TYPED_MS);
  });
  // Before the button is carried out, which takes its body from it.
  document.addEventListener("click", (event) => prepare(event), true);
  document.addEventListener("replaced", (event) => focusOn(event.target));
}

function prepare(event) {
  const button = event.target.closest("[data-rename]");
  if (!button) return;
  const form = button.closest("form");
  const name = chosen(form);
  if (!name.trim()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    remark(form, "Choose one of the names, or type another one.");
    return form.elements.own.focus();
  }
  button.dataset.body = JSON.stringify({ question: questionOf(form), choice: "name", field: "display_name", value: name });
}

const ownNameOf = (form) => form.querySelector("input[type=radio][value='']");
const questionOf = (form) => form.closest("[data-question]").dataset.question;
const chosen = (form) => form.elements.name.value || form.elements.own.value;

/** Say whether a typed name is free, as far as we know, and how QuickBooks gets it; it has the last word. */
async function look(form) {
  const name = form.elements.name.value === "" ? form.elements.own.value : "";
  if (!name) return remark(form, "");
  try {
    const { checked } = (await ask("GET", `/${form.dataset.freeNames}?${new URLSearchParams({ name })}`)).body;
    // Nothing is checked where nothing is asked any more: the name was chosen meanwhile, here or elsewhere.
    if (checked && form.elements.own.value === name) remark(form, checked.free ? `Available, as far as we know. ${checked.text ?? ""}`.trim() : checked.text);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

function remark(form, text) {
  const place = form.querySelector(".about");
  place.textContent = text;
  place.hidden = !text;
}

/** In an open window the question comes after a press: the next one is the choice. */
function focusOn(fresh) {
  const form = fresh.querySelector("form.rename");
  if (form && kept.own && questionOf(form) === kept.question) {
    form.elements.own.value = kept.own;
    ownNameOf(form).checked = true;
    look(form); // what was said of it, or is yet to be, went with the form before this one
  }
  if (document.querySelector("dialog[open]")?.contains(fresh)) {
    fresh.querySelector("form.rename input:checked")?.focus({ preventScroll: true });
  }
}
