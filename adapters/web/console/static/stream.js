// Hears from the server what changed (`/events`). While nothing is heard, it looks by itself every few seconds.

import { atLeast } from "./api.js";

const KINDS = ["link", "customer", "firm"];
const SILENT_MS = 25_000; // the server shows that it is there every ten seconds
const BACK_WITHIN_MS = 4_000;
const POLL_MS = 3_000;

let source = null;
let heardAt = 0;
let position = null;
let lost = false;
let page = null;

/** Listen as long as the page is looked at. `look(told)` shows what changed, `live(yes)` says whether we hear. */
export function listen(to) {
  page = to;
  position = document.body.dataset.position;
  if (!position) return;
  // A browser has six connections for all its tabs, so who isn't looked at gives theirs back.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("offline", () => {
    close();
    lose();
  });
  addEventListener("online", open);
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
  setInterval(watch, POLL_MS);
}

function open() {
  if (source || document.hidden) return;
  heardAt = performance.now();
  source = new EventSource(`${document.body.dataset.api}/events?position=${encodeURIComponent(position)}`);
  for (const kind of KINDS) source.addEventListener(kind, told(kind));
  for (const kind of ["ready", "beat"]) source.addEventListener(kind, heard);
  source.addEventListener("reload", (event) => {
    heard(event);
    page.look(null);
  });
  source.addEventListener("ended", () => {
    close();
    page.look().then(open);
  });
  source.addEventListener("error", gone);
}

function close() {
  source?.close();
  source = null;
}

const told = (kind) => (event) => {
  const what = heard(event);
  atLeast(what.position);
  page.look([{ kind, id: what.client_id ?? what.customer_id }]);
};

function heard(event) {
  const what = JSON.parse(event.data);
  heardAt = performance.now();
  if (event.lastEventId) position = event.lastEventId;
  if (lost) page.look(null);
  lost = false;
  page.live(true);
  return what;
}

/** The browser tries again by itself, unless it was refused; a short gap is nobody's business. */
function gone() {
  if (source?.readyState === EventSource.CLOSED) close();
  setTimeout(() => source?.readyState !== EventSource.OPEN && lose(), BACK_WITHIN_MS);
}

function lose() {
  if (document.hidden) return;
  lost = true;
  page.live(false);
}

function watch() {
  if (document.hidden) return;
  if (performance.now() - heardAt > SILENT_MS) {
    close();
    lose();
  }
  open();
  if (lost) page.look(null);
}
