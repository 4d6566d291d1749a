// The form for a client: says at each field what is to be said, sends what was changed, and loses nothing typed.

import { ask, check, Problem } from "./api.js";
import { busy } from "./actions.js";
import { remarkAt, showMeanwhile, valueAt } from "./entry.js";
import { toastAfter } from "./toast.js";

const TYPED_MS = 250;

const formOf = () => document.querySelector("#client-form");
const entries = () => [...formOf().querySelectorAll(".entry input[type=text]")];

let typed = null;
let unanswered = null; // a request of which nobody knows whether it arrived: it goes first, as it was
let left = false;

/** Make the form work, if this page has one. */
export function listenForForm() {
  const form = formOf();
  if (!form) return;
  // At rest until here: pressed earlier, the browser would leave the page with all that was typed.
  form.querySelector("button.primary").disabled = false;
  form.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(() => remark().catch(() => {}), TYPED_MS);
  });
  form.addEventListener("change", (event) => event.target.name === "sync_client" && sayWhatSyncDoes(event.target));
  form.addEventListener("click", (event) => event.target.matches("[data-match-after]") && matchAfter(event.target));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form.querySelector("button.primary"));
  });
  addEventListener("beforeunload", (event) => isChanged() && !left && event.preventDefault());
  document.addEventListener("changed", (event) => openOnceKnown(event.detail.told));
}

const isChanged = () => entries().some((each) => each.value !== each.defaultValue);

function sayWhatSyncDoes(toggle) {
  document.querySelector("#sync-on").hidden = !toggle.checked;
  document.querySelector("#sync-off").hidden = toggle.checked;
}

async function save(button) {
  if (button.getAttribute("aria-busy") === "true") return;
  say("#form-problem", "");
  const done = busy(button);
  try {
    if (await remark()) return;
    if (unanswered) await sent(unanswered);
    const body = bodyOf(formOf());
    if (formOf().dataset.client && !Object.keys(body).length) return leave();
    await sent(requestOf(formOf(), body));
    leave();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refused(error);
  } finally {
    done();
  }
}

function requestOf(form, body) {
  const { client, version } = form.dataset;
  const key = crypto.randomUUID();
  if (!client) return { method: "POST", path: "/clients", body, key, headers: {} };
  const path = `/clients/${encodeURIComponent(client)}`;
  return { method: "PATCH", path, body, key, headers: { "If-Match": version } };
}

/** Send; from then on the form edits what is now in Canopy. */
async function sent(request) {
  unanswered = request;
  let answer;
  try {
    answer = await ask(request.method, request.path, request.body, request.key, request.headers);
  } catch (error) {
    if (error.status >= 400 && error.status < 500) unanswered = null;
    throw error;
  }
  unanswered = null;
  if (request.method === "POST") formOf().dataset.added = request.body.sync_client === false ? "out" : "in";
  const { client, link } = answer.body;
  Object.assign(formOf().dataset, { client: client.client_id, version: client.version, known: link ? "yes" : "" });
  for (const entry of entries()) entry.defaultValue = valueAt(client, entry.name);
}

/** What was typed: all that is filled of a new client, all that is different of one that Canopy has. */
function bodyOf(form) {
  const isNew = !form.dataset.client;
  const body = {};
  const changed = (entry) => (isNew ? entry.value : entry.value !== entry.defaultValue);
  for (const entry of entries().filter(changed)) {
    const [field, part] = entry.name.split(".");
    body[field] = part ? addressOf() : entry.value || null;
  }
  if (!isNew) return body;
  body.type = form.elements.type.value;
  body.display_name ??= "";
  const toggle = form.elements.sync_client;
  return toggle ? { ...body, sync_client: toggle.checked } : body;
}

function addressOf() {
  const parts = entries().filter((entry) => entry.name.startsWith("address."));
  const address = Object.fromEntries(parts.map((entry) => [entry.name.split(".")[1], entry.value || null]));
  return Object.values(address).some(Boolean) ? address : null;
}

/** Say at each field what is to be said, and who it may be; true if it can't be saved so. */
async function remark() {
  const { fields: said, like } = await check(bodyOf(formOf()));
  if (formOf().dataset.client === undefined) sayWhoItMayBe(like);
  for (const entry of entries()) remarkAt(entry, said[entry.name]);
  const stopped = entries().find((entry) => said[entry.name]?.stops);
  stopped?.focus();
  return Boolean(stopped);
}

/** A customer that has this name or email: creating another one would make a second of it. */
function sayWhoItMayBe(like) {
  const place = document.querySelector("#form-like");
  place.hidden = !like;
  if (!like || like.customer_id !== formOf().dataset.matches) delete formOf().dataset.matches;
  if (!like || formOf().dataset.matches) return;
  place.querySelector(".sentence").textContent = like.client ? `${like.sentence} It is matched with this client already:` : like.sentence;
  const link = place.querySelector(".who-has-it");
  link.hidden = !like.client;
  link.textContent = like.client?.name ?? "";
  if (like.client) link.href = like.client.address;
  const button = place.querySelector("[data-match-after]");
  button.hidden = Boolean(like.client);
  button.dataset.matchAfter = like.customer_id;
}

/** No customer is created then: the review of the match opens on the client's record. */
function matchAfter(button) {
  formOf().dataset.matches = button.dataset.matchAfter;
  const toggle = formOf().elements.sync_client;
  if (toggle?.checked) toggle.click();
  const place = document.querySelector("#form-like");
  place.querySelector(".sentence").textContent += " The match opens once the client is added.";
  button.hidden = true;
  formOf().querySelector("button.primary").focus();
}

function refused(error) {
  const fields = error.facts?.fields ?? {};
  for (const entry of entries()) {
    const text = fields[entry.name] ?? fields[entry.name.split(".")[0]];
    if (text) remarkAt(entry, { text, stops: true });
  }
  if (error.code === "client_changed") showMeanwhile(formOf(), error.facts.client);
  say("#form-problem", unanswered ? `${error.message} What you typed stays here.` : error.message);
  document.querySelector("[aria-invalid=true]")?.focus();
}

function say(selector, sentence) {
  const place = document.querySelector(selector);
  place.textContent = sentence;
  place.hidden = !sentence;
}

/** Go to the record, or wait here until there is one. */
function leave() {
  const { client, known, added, matches } = formOf().dataset;
  const name = formOf().elements.display_name.value;
  left = true;
  if (known === "") {
    return say("#form-added", `${name} was saved in Canopy as ${client}. Its record opens here as soon as we have read it.`);
  }
  if (!matches) toastAfter(known ? saidOf(name, added) : "No changes to save.");
  location.assign(`${document.body.dataset.home}/clients/${encodeURIComponent(client)}${location.search}${matches ? `#match=${encodeURIComponent(matches)}` : ""}`);
}

function saidOf(name, added) {
  if (!added) return `${name} was saved in Canopy.`;
  return added === "out" ? `${name} was added to Canopy, and stays out of QuickBooks.` : `${name} was added to Canopy.`;
}

function openOnceKnown(told) {
  const { client, known } = formOf().dataset;
  if (known !== "" || !told?.some((each) => each.id === client)) return;
  formOf().dataset.known = "yes";
  leave();
}
