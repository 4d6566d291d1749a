// A question about fields: each keeps Canopy's value, QuickBooks' or one that is typed.

/** Make the choice for each field work, wherever it stands. */
export function listenForFields() {
  document.addEventListener("input", (event) => {
    const own = event.target.closest("form.by-field .entries");
    if (own) choiceOf(own.closest("fieldset"), "value").checked = true;
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-expands][aria-controls^='by-field-']");
    if (opener) queueMicrotask(() => beginWith(document.getElementById(opener.getAttribute("aria-controls"))));
  });
  // Before the button is carried out, which takes its body from it.
  document.addEventListener("click", (event) => prepare(event), true);
}

const choiceOf = (fieldset, value) => fieldset.querySelector(`input[type=radio][value=${value}]`);

/** Who opened it is about to choose. */
function beginWith(form) {
  if (!form.hidden) form.querySelector("input[type=radio]:not(:checked), input[type=text]").focus();
}

function prepare(event) {
  const button = event.target.closest("[data-by-field]");
  if (!button) return;
  const form = button.closest("form");
  const fieldsets = [...form.querySelectorAll("fieldset")];
  const open = fieldsets.find((each) => !isChosen(each));
  remark(form, open ? `Choose a value for ${open.dataset.label.toLowerCase()}.` : "");
  if (open) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return open.querySelector("input[type=radio]:checked") ? open.querySelector("input[type=text]").focus() : open.querySelector("input").focus();
  }
  const { question } = form.closest("[data-question]").dataset;
  const answers = fieldsets.map((each) => ({ question, ...answerOf(each) }));
  const [{ choice }] = answers;
  const isOne = choice !== "value" && answers.every((each) => each.choice === choice);
  button.dataset.body = JSON.stringify(isOne ? { question, choice } : answers);
}

const typedIn = (fieldset) => [...fieldset.querySelectorAll("input[type=text]")].filter((each) => each.value.trim());

function isChosen(fieldset) {
  const chosen = fieldset.querySelector("input[type=radio]:checked");
  return chosen && (chosen.value !== "value" || typedIn(fieldset).length > 0);
}

function answerOf(fieldset) {
  const choice = fieldset.querySelector("input[type=radio]:checked").value;
  const field = fieldset.dataset.field;
  if (choice !== "value") return { choice, field };
  const parts = typedIn(fieldset).map((each) => [each.dataset.part, each.value.trim()]);
  return { choice, field, value: field === "address" ? Object.fromEntries(parts) : parts[0][1] };
}

function remark(form, text) {
  const place = form.querySelector(".about");
  place.textContent = text;
  place.hidden = !text;
}
