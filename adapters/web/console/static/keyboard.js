// The keys: / search, j and k the next and the one before, e edit integrations, u undo, ? all of them.

import { shownUndo } from "./toast.js";

/** Listen for the keys, except where somebody is typing. */
export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target.id === "search") return emptied(event.target);
    if (event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
    if (pressed(event.key)) event.preventDefault();
  });
}

function pressed(key) {
  if (key === "u") return clicked(shownUndo());
  if (document.querySelector("dialog[open]")) return false;
  if (key === "/") return search();
  if (key === "e") return clicked(document.querySelector("#pencil"));
  if (key === "j") return clicked(document.querySelector(".walk [rel=next]"));
  if (key === "k") return clicked(document.querySelector(".walk [rel=prev]"));
  if (key !== "?") return false;
  document.querySelector("#keys").showModal();
  return true;
}

function clicked(button) {
  button?.click();
  return Boolean(button);
}

function search() {
  const field = document.querySelector("#search");
  if (!field) location.assign(`${document.body.dataset.home}/clients#search`);
  field?.select();
  field?.focus();
  return true;
}

function emptied(field) {
  if (!field.value) return field.blur();
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
