// Replays: makes a plan of what the form says, applies it or cancels it, and looks how far it is while it is under way.

import { refresh } from "./live.js";
import { awaken, pressed, say, send } from "./sending.js";
import { toast } from "./toast.js";

/** Make the form and the buttons work, if this page has them. */
export function listenForReplays() {
  const form = document.querySelector("#plan-form");
  const replay = document.querySelector("[data-replay]");
  if (!form && !replay) return;
  awaken("#plan-form button, .act button");
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#plan-form, .act")) return;
    event.preventDefault();
    press(event.target, event.target.querySelector("button.primary"));
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-plan], [data-replay-act=cancel]");
    if (button) press(button.closest("form"), button);
  });
}

function press(form, button) {
  const carryOut = () => {
    if (button.dataset.replayAct) return act(form, button.dataset.replayAct);
    return plan(button.dataset.plan ? JSON.parse(button.dataset.plan) : wantedBy(form));
  };
  return pressed(form, button, carryOut, async (error) => {
    if (error.status === 409) await refresh().catch(() => {});
    if (!say(form, error.message)) toast(error.message);
  });
}

async function plan(wanted) {
  const { replay } = await send("/api/v1/replays", wanted);
  location.assign(`/firms/${encodeURIComponent(replay.firm)}/replays/${encodeURIComponent(replay.plan)}`);
}

function wantedBy(form) {
  const typed = (name) => form.elements[name].value.trim();
  const wanted = { firm: typed("firm"), kind: typed("kind") };
  if (typed("actor")) wanted.actor = typed("actor").includes(":") ? typed("actor") : `user:${typed("actor")}`;
  for (const name of ["batch", "engine"]) if (typed(name)) wanted[name] = typed(name);
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
