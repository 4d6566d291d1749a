// The window behind the pencil: search for a customer, look at what a match would do, sync.

import { Problem, read } from "./api.js";
import { busy, say, slotOf } from "./actions.js";
import { refresh } from "./live.js";
import { host } from "./toast.js";

const TYPED_MS = 120;
const LEADS_NOWHERE = new Set(["put-back", "undo-answer", "undo-leave-both"]);

const windowOf = () => document.querySelector("#window");
const within = (selector) => windowOf().querySelector(selector);

let looking = null;
let reviewing = null;
let reviewed = null; // which match: with a customer that was chosen, as the answer to a question, or the one before
let reviewIsAll = false; // it was opened from the record, and Back leads there
let typed = null;

/** Make the window work; there is none where no QuickBooks company is connected. */
export function listenForWindow() {
  const dialog = windowOf();
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    if (event.target.closest("#pencil, [data-opens-window]")) open();
    const asks = event.target.closest("[data-reviews]");
    if (asks) reviewFromRecord(asks, { question: asks.dataset.reviews });
    const restores = event.target.closest("[data-reviews-restore]");
    if (restores) reviewFromRecord(restores, { restore: restores.dataset.reviewsRestore });
    const unmatches = event.target.closest("[data-reviews-unmatch]");
    if (unmatches) reviewFromRecord(unmatches, { unmatch: "" });
    const undoes = event.target.closest("[data-reviews-undo]");
    if (undoes) reviewFromRecord(undoes, { undo: undoes.dataset.reviewsUndo });
    const holds = event.target.closest("[data-reviews-held-again]");
    if (holds) reviewFromRecord(holds, { held_again: holds.dataset.reviewsHeldAgain });
    const putsBack = event.target.closest("[data-reviews-put-back]");
    if (putsBack) reviewFromRecord(putsBack, { put_back: putsBack.dataset.reviewsPutBack });
  });
  dialog.addEventListener("click", clicked);
  dialog.addEventListener("input", changed);
  dialog.addEventListener("keydown", tabKeys);
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.matches(".choose") && !within("[data-match]").disabled) review();
  });
  dialog.addEventListener("close", closed);
  dialog.addEventListener("replaced", (event) => dialog.open && replaced(event.target));
  // What changes the link leads to the next step by itself; a value that was put back, or an answer, leads nowhere.
  document.addEventListener("carried-out", (event) => LEADS_NOWHERE.has(event.detail) && dialog.close());
  document.addEventListener("look-again", (event) => event.detail.push(lookAgain({ refused: true })));
  document.addEventListener("changed", (event) => event.detail.waits.push(lookAgain()));
}

/** Who comes from a list or a form to match this client with a customer, or to take an answer back, finds the review of it open. */
export function reviewAsAsked() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const [asked, undo] = [hash.get("match"), hash.get("undo")];
  const pencil = document.querySelector("#pencil");
  if (!(asked || undo) || !pencil || !windowOf()) return;
  history.replaceState(null, "", location.pathname + location.search);
  if (undo) {
    // Where it can't be taken back any more, its line has no such button.
    document.querySelector(`[data-reviews-undo="${CSS.escape(undo)}"]`)?.click();
    return;
  }
  open();
  if (within("[data-match]")) reviewFromRecord(within("[data-match]"), { customer_id: asked });
}

/** Open the window, with the search begun. */
export function open() {
  // Also where a key opened it: this is where the focus comes back to.
  document.querySelector("#pencil").focus();
  windowOf().showModal();
  host();
  begin();
  // On a touch screen the keyboard would cover what was just opened.
  if (!matchMedia("(pointer: fine)").matches) return;
  const question = within("form.rename input:checked");
  if (question) question.focus();
  else within(".find [name=q]")?.select();
}

/** Whoever comes back chooses anew: what was reviewed may look different by then. */
function closed() {
  host();
  step("choose");
}

/** Something was done, here or elsewhere, so what can be done in the window is another thing. */
function replaced(part) {
  if (part.dataset.live !== "window-match") return;
  begin();
  const end = [...windowOf().querySelectorAll(".foot [data-closes]")];
  if (!within(".question")) for (const button of end) button.textContent = "Done";
  if (!reviews()) return;
  step("choose");
  end.find((button) => button.checkVisibility())?.focus();
}

function begin() {
  if (within(".find") && !within(".found").hasChildNodes()) find();
}

function clicked(event) {
  const on = (selector) => event.target.closest(selector);
  if (event.target === windowOf() || on("[data-closes]")) windowOf().close();
  else if (on("[role=tab]")) choose(on("[role=tab]"));
  else if (on("[data-create-instead]")) choose(within("#tab-create"));
  else if (on("[data-match-instead]")) reviewFromRecord(on("[data-match-instead]"), { customer_id: on("[data-match-instead]").dataset.matchInstead });
  else if (on("[data-try]")) tryInstead(on("[data-try]").dataset.try);
  else if (on("[data-cursor]")) find(on("[data-cursor]"));
  else if (on("[data-back]")) back();
  else if (on("[data-seen]")) seen();
}

function changed(event) {
  if (event.target.name === "by") {
    within(".find [name=q]").value = event.target.dataset.start;
    find();
  } else if (event.target.name === "q") {
    clearTimeout(typed);
    typed = setTimeout(find, TYPED_MS);
  } else if (event.target.name === "customer_id") {
    within("[data-match]").disabled = within(".choices") === null;
  }
}

function tryInstead(word) {
  within(".find [name=q]").value = word;
  within(".find [name=q]").focus();
  find();
}

/** Search; with the button of "Show more", add to what was found. */
async function find(more) {
  looking?.abort();
  looking = new AbortController();
  const asked = new URLSearchParams(new FormData(within(".find")));
  if (more?.dataset) asked.set("cursor", more.dataset.cursor);
  try {
    const page = await read(`${windowOf().dataset.found}?${asked}`, looking.signal);
    if (!within(".find")) return; // it was matched meanwhile
    if (more?.dataset) {
      more.closest("li").replaceWith(...page.body.childNodes);
    } else {
      offerInstead(page.querySelector("[data-instead]"), asked);
      showFound(page);
    }
    say(slot, "");
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    say(slot, error.message);
  }
}

/** Show what was found. Who was chosen while it was looked for stays chosen, if it is still there. */
function showFound(page) {
  const before = within(".found input:checked");
  const focused = before !== null && before === document.activeElement;
  within(".found").replaceChildren(...page.body.childNodes);
  const chosen = before && [...windowOf().querySelectorAll(".found input")].find((each) => each.value === before.value);
  if (chosen) chosen.checked = true;
  if (focused) chosen?.focus();
  within("[data-match]").disabled = !chosen;
}

/** Under Create new it is said who the client probably is: found with its own name, and kept while one searches on. */
function offerInstead(offer, asked) {
  offer?.remove();
  const opens = asked.get("q") === within(".find [name=by]").dataset.start;
  if (opens) within(".instead-here").replaceChildren(...(offer ? [offer] : []));
}

const slot = () => within(".choose .problem");
const slotOfReview = () => (reviewed.question ? within("[data-live=window-question] .problem") : null) ?? slot();

/** Show what a match with the chosen customer would do. */
async function review() {
  reviewed = { customer_id: within(".found input:checked").value };
  const page = await readReview(slotOfReview);
  if (page) showReview(page);
}

/** Show what a match would do that is the answer to a question, or that was there before; the window opens with it. */
async function reviewFromRecord(button, which) {
  if (button.getAttribute("aria-busy") === "true") return;
  const place = slotOf(button);
  say(place, "");
  const done = busy(button);
  reviewed = which;
  const page = await readReview(place).finally(done);
  if (!page) return;
  reviewIsAll = !windowOf().open;
  if (reviewIsAll) windowOf().showModal();
  host();
  showReview(page);
}

function showReview(page) {
  within(".review").replaceChildren(...page.body.childNodes);
  step("review");
  within(".review h3").focus();
}

/** What the match would do as of now; null: that can't be said, as is said at `place`, or is asked again meanwhile. */
async function readReview(place) {
  reviewing?.abort();
  reviewing = new AbortController();
  try {
    return await read(`${document.querySelector(".record").dataset.review}?${new URLSearchParams(reviewed)}`, reviewing.signal);
  } catch (error) {
    if (error.name === "AbortError") return null;
    if (!(error instanceof Problem)) throw error;
    step("choose");
    if (error.status === 409) await refresh().catch(() => {});
    say(place, error.message);
    return null;
  }
}

function back() {
  if (reviewIsAll) windowOf().close();
  else step("choose");
}

/** Something changed while a match was being looked at: show where, and let Sync wait until that was seen. */
async function lookAgain({ refused } = {}) {
  // What one just asked for changes things too, and that is no news.
  if (!reviews() || (!refused && within(".review [aria-busy]"))) return;
  const page = await readReview(slotOfReview);
  if (!page || !reviews() || (!refused && within(".review [aria-busy]"))) return;
  // Only now: one may have said meanwhile that one has looked at it.
  const before = { bodies: bodiesOf(), cells: cellsOf(), waits: waits() };
  const marked = new Set([...before.cells].filter(([, row]) => row.matches(".moved")).map(([label]) => label));
  within(".review").replaceChildren(...page.body.childNodes);
  if (bodiesOf() === before.bodies && !before.waits) return;
  const now = cellsOf();
  for (const [label, row] of now) {
    const moved = row.textContent !== before.cells.get(label)?.textContent;
    row.classList.toggle("moved", moved || marked.has(label));
  }
  const moved = [...now.values()].some((row) => row.matches(".moved"));
  if (!moved && !before.waits) return;
  const same = within(".review .same");
  if (same) same.open ||= same.querySelector(".moved") !== null;
  within(".review .moved-meanwhile").hidden = false;
  for (const button of acts()) button.disabled = true;
}

const reviews = () => windowOf()?.open && within("[data-step=review]")?.hidden === false;
const acts = () => [...windowOf().querySelectorAll(".review [data-do]")];
const bodiesOf = () => acts().map((button) => button.dataset.body).join();
const waits = () => within(".review .moved-meanwhile")?.hidden === false;
const cellsOf = () =>
  new Map([...windowOf().querySelectorAll(".review tbody tr")].map((row) => [row.querySelector("th").textContent, row]));

function seen() {
  for (const row of windowOf().querySelectorAll(".moved")) row.classList.remove("moved");
  within(".review .moved-meanwhile").hidden = true;
  for (const button of acts()) button.disabled = false;
  acts().at(-1).focus();
}

function step(name) {
  for (const each of windowOf().querySelectorAll("[data-step]")) each.hidden = each.dataset.step !== name;
  if (name !== "choose") return;
  reviewIsAll = false;
  if (!windowOf().open) return;
  begin();
  within(reviewed?.question ? "[data-reviews]" : "[data-match], [data-reviews-unmatch]")?.focus();
}

function choose(tab) {
  for (const each of windowOf().querySelectorAll("[role=tab]")) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    within(`#${each.getAttribute("aria-controls")}`).hidden = !chosen;
  }
  tab.focus();
}

function tabKeys(event) {
  if (!event.target.matches("[role=tab]") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const tabs = [...windowOf().querySelectorAll("[role=tab]")];
  choose(tabs[(tabs.indexOf(event.target) + 1) % tabs.length]);
  event.preventDefault();
}
