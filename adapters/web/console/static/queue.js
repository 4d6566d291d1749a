// The queue of questions: one at a time, answered by 1, 2, 3; the next one comes by itself.

import { Problem, read } from "./api.js";
import { remember } from "./live.js";
import { toast } from "./toast.js";

let shown = null; // the question that stands open: its address, its client's name and record, and where one goes from it

const queueOf = () => document.querySelector("#queue");

/** Make the queue work, if this page is it. */
export function listenForQueue() {
  if (!queueOf()) return;
  begin();
  document.addEventListener("click", follow);
  document.addEventListener("keydown", choose);
  document.addEventListener("carried-out", answered);
  addEventListener("popstate", () => go(location.href, { back: true }));
}

/** What is asked for anew is this question, whatever comes first in the list by then. */
function begin() {
  const pane = queueOf().querySelector(".pane");
  document.querySelector("#window .of").textContent = pane ? `· ${pane.dataset.name}` : "";
  const record = pane?.dataset.review.replace(/\/review$/, "");
  shown = pane && { name: pane.dataset.name, record, address: pane.dataset.address, next: pane.dataset.next, first: pane.dataset.first };
  if (pane && !queueOf().matches(".chosen")) history.replaceState(null, "", `${pane.dataset.address}&list=first`);
}

function follow(event) {
  const link = event.target.closest("#queue a[data-question-of], #queue .walk a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.href);
}

async function go(address, { back = false } = {}) {
  try {
    const page = await read(address);
    put(page);
    if (!back) history.pushState(null, "", address);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    toast(error.message);
  }
}

function put(page) {
  queueOf().replaceWith(page.querySelector("#queue"));
  remember();
  begin();
  const focus = queueOf().querySelector(".pane h2") ?? queueOf().querySelector("h2");
  focus?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** The n-th way to settle the question; of names it is chosen, and Enter goes on with it. */
function choose(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
  if (document.querySelector("dialog[open]") || event.target.matches("input:not([type=radio]), textarea, select")) return;
  const ways = [...queueOf().querySelectorAll("[data-choice]")].filter((each) => each.checkVisibility());
  const way = ways[Number(event.key) - 1];
  if (!way || way.disabled) return;
  event.preventDefault();
  way.click();
  way.querySelector("input")?.focus();
}

/** Say so, and bring the next one; behind the last come those that were passed over. */
async function answered() {
  document.querySelector("dialog[open]")?.close();
  const { name, record, next, first } = shown;
  await go(next ?? first);
  if (next && !queueOf().querySelector(".question")) await go(first);
  const left = Number(queueOf().dataset.total);
  const said = `${name}: your answer is saved. ${left === 0 ? "That was the last question." : left === 1 ? "1 question is left." : `${left} questions are left.`}`;
  toast(said, undoOf(record));
}

/** Lead to where the answer about this client is taken back; not to that of a colleague who has answered meanwhile. */
function undoOf(record) {
  const undo = queueOf().querySelector(`a.undo[href^="${CSS.escape(record)}#"]`);
  return undo ? () => location.assign(undo.href) : undefined;
}
