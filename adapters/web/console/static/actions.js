// Carries out what a button with `data-do` asks for, and says what came of it where it was pressed.

import { ask, Problem } from "./api.js";
import { isWorking, refresh } from "./live.js";
import { toast } from "./toast.js";

const ANSWER_WITHIN_MS = 100;
const LOOK_AGAIN_MS = 1000;
const BEHIND_MS = 300;

// A button is about what it stands in, or about the client of the page: `data-acts-on` is the address of either.
const subjectOf = (button) => button?.closest("[data-acts-on]") ?? document.querySelector(".record");
const nameOf = (subject) => subject.dataset.name ?? subject.querySelector("h1").textContent;

function versionOf(subject) {
  const shown = subject.matches("[data-version]") ? subject : subject.querySelector("[data-version]");
  return shown ? { link_version: Number(shown.dataset.version) } : {};
}

/** Listen for all buttons, also those that come later. */
export function listenForActions() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    event.preventDefault();
    press(button);
  });
}

async function press(button) {
  if (button.getAttribute("aria-busy") === "true") return;
  const slot = slotOf(button);
  say(slot, "");
  // Pressed again after no answer it is the same intent, and is not done twice.
  button.dataset.key ??= crypto.randomUUID();
  const done = busy(button);
  try {
    const subject = subjectOf(button);
    const bodies = [JSON.parse(button.dataset.body ?? "{}")].flat().map((body) => ({ ...versionOf(subject), ...body }));
    await carryOut(subject, button.dataset.do, bodies, button.dataset.key);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status !== 0 && error.status < 500) delete button.dataset.key;
    await afterRefusal(button, error);
    say(slot, error.message);
  } finally {
    done();
  }
}

async function carryOut(subject, name, bodies, key) {
  const left = await askInTurn(addressOf(subject, name), bodies, key);
  await shown();
  // An unmatch can be undone while it is still being found out what went through; not while values are put back.
  if (isWorking() && (name !== "unmatch" || bodies[0].put_values_back)) await settled();
  document.dispatchEvent(new CustomEvent("carried-out", { detail: name }));
  told(subject, name, left);
}

/** Several answers follow each other: what the one before left open is another question, about the link as it is then. Gives the link at last. */
async function askInTurn(address, bodies, key) {
  let left = {};
  for (const [at, body] of bodies.entries()) {
    const { link } = (await ask("POST", address, { ...body, ...left }, bodies.length > 1 ? `${key}.${at}` : key)).body;
    if (!link?.problem || at === bodies.length - 1) return link;
    left = { link_version: link.version, question: link.problem.id };
  }
}

const addressOf = (subject, name) => (subject.dataset.actsOn === "." ? `/${name}` : `/${subject.dataset.actsOn}/${name}`);

/** Something moved: show how it is now, so that the next press is about what is seen. */
async function afterRefusal(button, error) {
  if (error.status !== 409) return;
  const reviewed = button.closest(".review");
  await refresh().catch(() => {});
  if (!reviewed) return;
  const lookAgain = new CustomEvent("look-again", { detail: [] });
  document.dispatchEvent(lookAgain);
  await Promise.all(lookAgain.detail);
}

/** What was written may be a moment ahead of what can be read. */
async function shown() {
  for (;;) {
    await refresh();
    if (document.querySelector("[data-live=behind]")?.hidden) return;
    await new Promise((next) => setTimeout(next, BEHIND_MS));
  }
}

/** Each change is told and shown as it comes; where nothing is told, look. */
async function settled() {
  const since = performance.now();
  while (isWorking()) {
    if (!(await shownWithin(LOOK_AGAIN_MS))) await refresh();
    if (isWorking()) waiting(Math.round((performance.now() - since) / 1000));
  }
}

function shownWithin(milliseconds) {
  return new Promise((done) => {
    const seen = () => done(true);
    document.addEventListener("refreshed", seen, { once: true });
    setTimeout(() => {
      document.removeEventListener("refreshed", seen);
      done(false);
    }, milliseconds);
  });
}

function waiting(seconds) {
  for (const place of document.querySelectorAll("[data-live=status], [data-live=window-status]")) {
    let note = place.querySelector(".for");
    if (!note) {
      note = document.createElement("span");
      note.className = "for";
      place.append(note);
    }
    note.textContent = `Waiting for QuickBooks, ${seconds} s`;
  }
}

function told(subject, name, left) {
  const client = nameOf(subject);
  const { status, standing } = document.querySelector("[data-status]")?.dataset ?? {};
  if (name === "unmatch") {
    // What was never matched leaves nothing to put back.
    const restores = document.querySelector("[data-reviews-restore], [data-do=restore]");
    toast(`${client} is no longer synced.`, restores ? matchAgain : undefined);
  } else if (name === "leave-both") {
    toast(`${client} stays as it is on both sides.`, left ? () => holdAgain(subject, left.version) : undefined);
  } else if (SAID[name]) {
    toast(SAID[name](client));
  } else if (status === "synced" && NOT_DONE_YET.has(standing)) {
    toast(`Saved. What follows for ${client} is not done yet: see the record.`);
  } else if (status === "synced") {
    toast(SYNCED[name]?.(client) ?? `${client} is synced with QuickBooks.`);
  } // else a question is open, and stands there already
}

const NOT_DONE_YET = new Set(["paused", "waiting", "sending", "held", "shut_out", "customer_inactive", "client_archived"]);

const SYNCED = {
  restore: (client) => `${client} is synced again.`,
  "put-back": (client) => `The earlier value of ${client} stands again.`,
  answer: () => "Done. Canopy and QuickBooks now have the same values.",
};
const SAID = {
  "create-client": (customer) => `${customer} was added to Canopy.`,
  "undo-create-client": (customer) => `${customer} is not kept in step with Canopy.`,
  pause: () => "Syncing is paused. Changes are kept, and sent when it resumes.",
  resume: () => "Syncing resumes.",
  release: () => "All held changes are being sent.",
  push: (client) => `The held changes of ${client} are being sent.`,
  "undo-answer": (client) => `The answer about ${client} is taken back.`,
  "take-theirs": (client) => `The other side’s values are taken for ${client}.`,
  "undo-leave-both": (client) => `The changes of ${client} are held again.`,
};

/** Undo an unmatch from its message: the link as it is shown now, or not at all. */
function matchAgain() {
  const subject = subjectOf();
  return takeBack(subject, "restore", versionOf(subject), "stays unmatched");
}

/** Hold again what was left on both sides, from its message; that its line may be gone from the page is no matter. */
const holdAgain = (subject, version) => takeBack(subject, "undo-leave-both", { version }, "stays as it is on both sides");

async function takeBack(subject, name, body, otherwise) {
  try {
    await carryOut(subject, name, [body], crypto.randomUUID());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await refresh().catch(() => {});
    toast(`${nameOf(subject)} ${otherwise}. ${error.message}`);
  }
}

/** Where to say what went wrong; looked up when it is said, since parts of the page are replaced meanwhile. */
export function slotOf(button) {
  const near = button.closest("li[id], tr[data-acts-on], .review, [role=tabpanel], [data-live]");
  if (near.matches(".review")) return () => document.querySelector(".review .problem");
  const selector = near.id ? `#${CSS.escape(near.id)}` : `[data-live="${near.dataset.live}"]`;
  return () => document.querySelector(`${selector} .problem`);
}

/** Say a sentence where it belongs; an empty one takes it away. */
export function say(slot, sentence) {
  const place = slot();
  if (!place) return sentence ? toast(sentence) : undefined;
  place.textContent = sentence;
  place.hidden = !sentence;
}

/** Show at once that something goes on; gives the function that ends it. */
export function busy(button) {
  const label = [...button.childNodes];
  button.setAttribute("aria-busy", "true");
  const timer = setTimeout(() => (button.textContent = "Working…"), ANSWER_WITHIN_MS);
  return () => {
    clearTimeout(timer);
    button.replaceChildren(...label);
    button.removeAttribute("aria-busy");
  };
}
