// Suggested matches: choices are saved as one goes, by mouse or by key, and those of colleagues come in.

import { ask, Problem } from "./api.js";
import { refresh } from "./live.js";

const LOOK_MS = 4000; // choices are noted in the database, of which no event tells

const KEYS = { m: ["match"], c: ["create", "create_client"], l: ["leave"], s: ["later"] };

let saving = Promise.resolve();
let open = 0;

/** Make the list work, if this page has it. */
export function listenForWorkbench() {
  if (!document.querySelector("[data-workbench]")) return;
  document.addEventListener("change", changed);
  document.addEventListener("click", forgotten);
  document.addEventListener("keydown", pressed);
  document.addEventListener("refreshed", (event) => markGone(event.detail));
  setInterval(() => document.hidden || open || refresh().catch(() => {}), LOOK_MS);
}

function changed(event) {
  const cell = event.target.closest(".choose");
  if (!cell) return;
  const select = cell.querySelector("select");
  const box = cell.querySelector("input");
  if (event.target === box) select.value = box.checked ? box.dataset.act : "later";
  choose(select);
}

/** Save what a row's list says now; where that fails it says again what holds. */
function choose(select) {
  const choice = { ...JSON.parse(select.dataset.body), do: select.value };
  mark(select);
  save([choice], () => {
    select.value = select.dataset.do;
    mark(select);
  });
}

function mark(select) {
  select.closest(".choose").querySelector("input").checked = !["leave", "later"].includes(select.value);
}

/** One after the other, so that the last choice for a row is the one that is kept. */
function save(choices, failed) {
  open += 1;
  saving = saving
    .then(() => ask("POST", "/matching/choices", { choices }, crypto.randomUUID()))
    .then(() => say(""))
    .catch((error) => {
      if (!(error instanceof Problem)) throw error;
      failed();
      say(error.message);
    })
    .finally(() => {
      open -= 1;
      if (!open) refresh().catch(() => {});
    });
}

function forgotten(event) {
  const button = event.target.closest("[data-forget]");
  if (!button) return;
  button.disabled = true;
  save([JSON.parse(button.dataset.forget)], () => (button.disabled = false));
}

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]") || event.target.matches("select, input:not([type=checkbox])")) return;
  if (event.key === "j" || event.key === "k") return walk(event, event.key === "j" ? 1 : -1);
  if (event.key === "r") return document.querySelector(".commit a.primary")?.click();
  const row = document.activeElement?.closest("tr[data-row]");
  if (!row) return;
  if (event.key === "Enter" && document.activeElement === row) return row.querySelector(".act a").click();
  const select = row.querySelector(".choose select");
  if (!select) return;
  if (event.key === " " && document.activeElement === row) {
    event.preventDefault();
    const box = row.querySelector(".choose input");
    if (!box.disabled) box.click();
    return;
  }
  const wanted = KEYS[event.key]?.find((each) => [...select.options].some((option) => option.value === each));
  if (!wanted) return;
  event.preventDefault();
  if (select.value !== wanted) {
    select.value = wanted;
    choose(select);
  }
  walk(event, 1);
}

function walk(event, step) {
  const rows = [...document.querySelectorAll("tr[data-row]")];
  if (!rows.length) return;
  event.preventDefault();
  const at = rows.indexOf(document.activeElement?.closest("tr[data-row]"));
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Rows that are matched, or gone, since: they stay where they are, say so, and are not carried out. */
function markGone(page) {
  if (page.querySelector("#more") || document.querySelector("#more")) return; // whoever is missing may stand further down
  const fresh = new Set([...page.querySelectorAll("tr[data-row]")].map((row) => row.dataset.row));
  if (!fresh.size && !page.querySelector("#results .empty")) return;
  for (const row of document.querySelectorAll("tr[data-row]")) {
    if (fresh.has(row.dataset.row) || row.classList.contains("over")) continue;
    row.classList.add("over");
    row.querySelector(".choose").textContent = "No longer here: matched, or gone, since. Nothing is done with this row.";
  }
}

function say(sentence) {
  const place = document.querySelector("[data-workbench] > .problem");
  place.textContent = sentence;
  place.hidden = !sentence;
}
