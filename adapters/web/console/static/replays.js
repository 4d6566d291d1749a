// Replays: makes a plan of what the form says, applies it or cancels it, and looks how far it is while it is under way.

import { ask, Problem } from "./api.js";
import { busy } from "./actions.js";
import { refresh } from "./live.js";
import { toast } from "./toast.js";

const LOOK_MS = 1000; // applying is noted in the database, of which no event tells

let key = null; // of what was asked last: pressed again after no answer it is the same, and is not done twice
let asked = "";

/** Make the form and the buttons work, if this page has them. */
export function listenForReplays() {
  const form = document.querySelector("#plan-form");
  const replay = document.querySelector("[data-replay]");
  if (!form && !replay) return;
  awaken();
  document.addEventListener("replaced", awaken);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#plan-form, .act")) return;
    event.preventDefault();
    press(event.target, event.target.querySelector("button.primary"));
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-plan], [data-replay-act=cancel]");
    if (button) press(button.closest("form"), button);
  });
  if (replay) setInterval(look, LOOK_MS);
}

/** At rest until here: pressed earlier, nothing would come of it. */
function awaken() {
  for (const button of document.querySelectorAll("#plan-form button, .act button")) button.disabled = false;
}

function look() {
  if (document.hidden || !document.querySelector("[data-live=progress][data-open]")) return;
  refresh().catch(() => {}); // that nothing answers is said by who listens
}

async function press(form, button) {
  if (!button || button.getAttribute("aria-busy") === "true") return;
  say(form, "");
  const done = busy(button);
  try {
    if (button.dataset.replayAct) await act(form, button.dataset.replayAct);
    else await plan(button.dataset.plan ? JSON.parse(button.dataset.plan) : wantedBy(form));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status !== 0 && error.status < 500) key = null;
    if (error.status === 409) await refresh().catch(() => {});
    say(form, error.message);
  } finally {
    done();
  }
}

async function send(path, body) {
  const now = JSON.stringify([path, body]);
  if (key === null || asked !== now) key = crypto.randomUUID();
  asked = now;
  const answer = await ask("POST", path, body, key);
  key = null;
  return answer.body;
}

async function plan(wanted) {
  const { replay } = await send("/api/v1/replays", wanted);
  location.assign(`/firms/${encodeURIComponent(replay.firm)}/replays/${encodeURIComponent(replay.plan)}`);
}

function wantedBy(form) {
  const typed = (name) => form.elements[name].value.trim();
  const wanted = { firm: typed("firm"), kind: typed("kind") };
  if (typed("actor")) wanted.actor = typed("actor").includes(":") ? typed("actor") : `user:${typed("actor")}`;
  if (typed("batch")) wanted.batch = typed("batch");
  for (const name of ["since", "until"]) if (typed(name)) wanted[name] = new Date(typed(name)).toISOString();
  const ids = typed("ids").split(/[\s,]+/).filter(Boolean);
  return ids.length ? { ...wanted, ids } : wanted;
}

async function act(form, name) {
  const body = {};
  if (name === "apply") {
    body.reason = form.elements.reason.value.trim();
    if (!body.reason) return needs(form, "reason", "Say why first: it stays in the log, and on every timeline.");
    const count = form.elements.confirm?.value.replaceAll(/[\s,]/g, "");
    if (count !== undefined) {
      if (!/^[0-9]+$/.test(count)) return needs(form, "confirm", "Type how many clients are acted on.");
      body.confirm = Number(count);
    }
  }
  await send(`${form.closest("[data-api]").dataset.api}/${name}`, body);
  await refresh();
  toast(name === "apply" ? "The plan is being applied." : "Nothing more is asked for.");
}

function needs(form, name, sentence) {
  say(form, sentence);
  form.elements[name].focus();
}

/** What went wrong is said where it was pressed, or below where that is gone by now. */
function say(form, sentence) {
  const place = (form.isConnected ? form : document).querySelector(".problem");
  if (!place) return sentence ? toast(sentence) : undefined;
  place.textContent = sentence;
  place.hidden = !sentence;
  if (sentence) place.scrollIntoView({ block: "nearest" });
}
