// Clients that are ticked in a list, and what is done with all of them: by mouse, by keyboard (x or space, shift for a range), or all of the list.

import { ask, Problem, read } from "./api.js";
import { busy } from "./actions.js";
import { awaken, pressed, say } from "./sending.js";
import { toast } from "./toast.js";

const SETTLES_MS = 120; // ticking goes on, and rows change under it
const SLOW_MS = 300; // thousands take a moment

const ticked = new Set();
let all = false; // of the list that the address asks for, whether they are shown or not
let anchor = null; // from where a range goes
let timer = null;
let looking = null;

/** Make the ticks of this page's list work, if it has them. */
export function listenForSelection() {
  if (!bar()) return;
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", keyed);
  document.addEventListener("listed", listed);
  // Rows may have been put in place anew, or have gone: who is not shown any more is not acted on unseen.
  document.addEventListener("refreshed", () => (ticked.size || all ? listed({ detail: "more" }) : undefined));
  dialog().addEventListener("submit", leaveOut);
  awaken("#ask form button");
  show();
}

const bar = () => document.querySelector("#selection");
const dialog = () => document.querySelector("#ask");
const rows = () => [...document.querySelectorAll("#rows > tr[data-client]")];
const boxOf = (row) => row.querySelector(".tick input");
const total = () => Number(document.querySelector("#results").dataset.total);

function clicked(event) {
  const { target } = event;
  if (target.matches(".tick input[name=client]")) return tick(target.closest("tr"), target.checked, event.shiftKey);
  if (target.matches("#tick-all")) return tickAll(target.checked);
  if (target.closest("#selection [data-all]")) return chooseAll();
  if (target.closest("#selection [data-none]")) return clear();
  if (target.closest("[data-cancel]")) return dialog().close();
  const button = target.closest("#selection [data-act]");
  if (button) return confirm(button, button.dataset.act);
  const ofAll = target.closest("[data-all-act]");
  if (!ofAll) return;
  only([]);
  all = true;
  show();
  confirm(ofAll, ofAll.dataset.allAct);
}

function keyed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const row = document.activeElement?.closest("#rows > tr[data-client]");
  if (event.key === "Escape" && (ticked.size || all) && !event.target.matches("input[type=search]")) return clear();
  if (!row) return;
  const key = event.key.toLowerCase();
  if (key === "x" || (key === " " && !document.activeElement.matches("input, button"))) {
    event.preventDefault();
    tick(row, !ticked.has(row.dataset.client) && !all, event.shiftKey);
  } else if (event.shiftKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    extend(row, event.key === "ArrowDown" ? 1 : -1);
  }
}

/** Tick a row, and with shift all from the last one that was ticked. */
function tick(row, on, isRange) {
  const here = rows();
  const from = isRange && anchor ? here.findIndex((each) => each.dataset.client === anchor) : -1;
  const to = here.indexOf(row);
  const some = from < 0 ? [row] : here.slice(Math.min(from, to), Math.max(from, to) + 1);
  if (all) only(here.map((each) => each.dataset.client));
  for (const each of some) ticked[on ? "add" : "delete"](each.dataset.client);
  anchor = row.dataset.client;
  show();
}

/** Tick this row and the one beside it, and go there. */
function extend(row, step) {
  const here = rows();
  const next = here[here.indexOf(row) + step];
  if (all || !next) return;
  ticked.add(row.dataset.client).add(next.dataset.client);
  anchor = next.dataset.client;
  next.querySelector(".name a").focus();
  show();
}

function only(clients) {
  all = false;
  ticked.clear();
  for (const each of clients) ticked.add(each);
}

function tickAll(on) {
  only(on ? rows().map((each) => each.dataset.client) : []);
  show();
}

function chooseAll() {
  only([]);
  all = true;
  show();
  bar().querySelector("[data-none]").focus();
}

function clear() {
  only([]);
  anchor = null;
  const within = bar().contains(document.activeElement);
  show();
  if (within) document.querySelector("#tick-all")?.focus();
}

/** Another list stands here, or more of it: who is not shown any more is not acted on unseen. */
function listed(event) {
  const shown = new Set(rows().map((each) => each.dataset.client));
  if (event.detail === "other") all = false;
  for (const client of ticked) if (!shown.has(client)) ticked.delete(client);
  show();
}

function show() {
  const here = rows();
  for (const row of here) {
    const on = all || ticked.has(row.dataset.client);
    boxOf(row).checked = on;
    row.classList.toggle("ticked", on);
  }
  const head = document.querySelector("#tick-all");
  const count = all ? total() : ticked.size;
  if (head) {
    head.checked = count > 0 && here.every((row) => boxOf(row).checked);
    head.indeterminate = count > 0 && !head.checked;
  }
  const place = bar();
  place.hidden = !count;
  place.querySelector(".count").textContent = `${count.toLocaleString("en-US")} selected`;
  const more = place.querySelector("[data-all]");
  more.hidden = all || !head?.checked || total() <= here.length;
  more.textContent = `Select all ${total().toLocaleString("en-US")} of this list`;
  if (count) lookSoon();
  else place.querySelector(".offers").replaceChildren();
}

function lookSoon() {
  clearTimeout(timer);
  timer = setTimeout(look, SETTLES_MS);
}

/** Ask what can be done with those that are ticked, as they are now. */
async function look() {
  looking?.abort();
  looking = new AbortController();
  const place = bar();
  const { signal } = looking;
  const slow = setTimeout(() => sayLooking(place), SLOW_MS);
  try {
    const page = await chosen({}, signal);
    const fresh = page.querySelector(".offers");
    const act = place.querySelector(".offers").contains(document.activeElement) ? document.activeElement.dataset.act : null;
    if (fresh.innerHTML !== place.querySelector(".offers").innerHTML) place.querySelector(".offers").replaceWith(fresh);
    if (act) place.querySelector(`[data-act="${act}"]`)?.focus();
    say(place, "");
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    place.querySelector(".offers").replaceChildren();
    say(place, error.message);
  } finally {
    clearTimeout(slow);
  }
}

function sayLooking(place) {
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = "Looking at what can be done…";
  if (!place.querySelector(".offers :focus")) place.querySelector(".offers").replaceChildren(note);
}

const chosen = (more, signal) =>
  read(`${document.body.dataset.home}/selection${location.search}`, signal, {
    ...(all ? { all: true, of: document.querySelector("#results").dataset.list ?? "clients" } : { ids: [...ticked] }),
    ...more,
  });

/** Show what an act would do with each, and ask. */
async function confirm(button, act) {
  if (button.getAttribute("aria-busy") === "true") return;
  const done = busy(button);
  try {
    const page = await chosen({ act });
    const form = page.querySelector("form.ask");
    if (!form) return void lookSoon(); // they have become too many meanwhile
    dialog().replaceChildren(document.adoptNode(form));
    dialog().showModal();
    form.dispatchEvent(new CustomEvent("replaced", { bubbles: true }));
    form.querySelector("h2").focus();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(bar(), error.message);
  } finally {
    done();
  }
}

/** To leave out is a choice that is kept at once; a batch is begun by its own script. */
function leaveOut(event) {
  const form = event.target;
  if (!form.dataset.choices) return;
  event.preventDefault();
  const [choices, before] = [form.dataset.choices, form.dataset.undo].map((each) => JSON.parse(each));
  pressed(form, event.submitter, async () => {
    await choose(choices);
    dialog().close();
    clear();
    const who = choices.length === 1 ? "1 client is" : `${choices.length.toLocaleString("en-US")} clients are`;
    toast(`${who} left out of suggested matches.`, () => choose(before).catch((error) => toast(error.message)));
  }, (error) => say(form, error.message));
}

const choose = (choices) => ask("POST", "/matching/choices", { choices }, crypto.randomUUID());
