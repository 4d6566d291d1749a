// The lists: search while typing, more rows as they come into view, walking with the arrow keys.
// Rows stay where they are while somebody looks: they change in place, and new ones wait until they are asked for.

import { Problem, read } from "./api.js";
import { remember, show } from "./live.js";

const TYPED_MS = 150;
const ROWS_AT_ONCE = 100; // as many as the server gives

/** Make the list of this page work, if it has one. */
export function listenForList() {
  const form = document.querySelector("form.search");
  if (form) searchWhileTyping(form);
  loadMoreInView();
  document.addEventListener("keydown", walk);
  document.addEventListener("refreshed", (event) => {
    compare(event.detail);
    compareCustomers(event.detail);
  });
  document.addEventListener("changed", (event) => event.detail.waits.push(showRows(event.detail.told)));
  document.addEventListener("click", (event) => event.target.closest("#news") && fetchAnew());
  if (document.querySelector("#results")) keepPlace();
}

const KEPT = "place-in-list";
const here = () => {
  const asked = new URLSearchParams(location.search);
  asked.delete("rows");
  return location.pathname + (asked.size ? `?${asked}` : "");
};

/** Who comes back to a list finds it as long, and where it was, as they left it. */
function keepPlace() {
  addEventListener("pagehide", () => {
    const client = document.activeElement?.closest("tr[data-client]")?.dataset.client;
    const kept = { address: here(), rows: rowsIn(document).size, y: scrollY, client };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  });
  const asked = /^#client-(.+)$/.exec(location.hash)?.[1];
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  const isBack = asked || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (isBack) findPlace(asked ? decodeURIComponent(asked) : kept.client, kept.address === here() ? kept : null);
}

async function findPlace(client, kept) {
  history.scrollRestoration = "manual";
  if (kept && kept.rows > rowsIn(document).size) {
    const longer = new URL(kept.address, location.href);
    longer.searchParams.set("rows", kept.rows);
    try {
      put(await read(longer));
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // then it is as long as it is
    }
  }
  history.replaceState(null, "", here());
  if (kept) scrollTo(0, kept.y);
  const row = rowsIn(document).get(client);
  row?.querySelector(".name a").focus({ preventScroll: true });
  const { top, bottom } = row?.getBoundingClientRect() ?? {};
  if (top < 0 || bottom > innerHeight) row.scrollIntoView({ block: "center" });
}

/** Customers that somebody matched or added meanwhile stay in sight, and say so. */
function compareCustomers(page) {
  const fresh = [...page.querySelectorAll("tr[data-customer]")].map((row) => row.dataset.customer);
  if (!page.querySelector("table.customers") && !page.querySelector("#results .empty")) return;
  for (const row of [...document.querySelectorAll("tr[data-customer]")].slice(0, fresh.length + 1)) {
    if (fresh.includes(row.dataset.customer)) continue;
    row.querySelector(".words").textContent = "Now in Canopy";
    row.querySelector(".act").replaceChildren();
  }
}

const rowsIn = (page) => new Map([...page.querySelectorAll("tr[data-client]")].map((row) => [row.dataset.client, row]));

let begins = [];
let firmTurned = false; // paused, disconnected or the like, which every row says

/** Say how many clients would be new in this list; where none is shown yet, show them. */
function compare(page) {
  const news = document.querySelector("#news");
  if (!news || !page.querySelector("#results")) return;
  const [before, now] = [document, page].map((each) => each.querySelector("#results"));
  firmTurned ||= before.dataset.firm !== now.dataset.firm;
  before.dataset.firm = now.dataset.firm;
  const shown = rowsIn(document);
  begins = [...rowsIn(page).keys()];
  const fresh = begins.filter((client) => !shown.has(client)).length;
  if (fresh && !shown.size) return void put(page);
  news.hidden = !fresh;
  news.textContent = `Show ${fresh} more ${fresh === 1 ? "client" : "clients"}`;
}

/** Show rows as they are now which a refreshed page does not hold: they stand further down, or in another list. */
async function showRows(told) {
  const shown = rowsIn(document);
  for (const client of begins) shown.delete(client);
  const all = told === null || firmTurned;
  firmTurned = false;
  const wanted = [...shown].filter(([client, row]) => all || told.some((each) => isAbout(each, client, row))).map(([client]) => client);
  for (let at = 0; at < wanted.length; at += ROWS_AT_ONCE) {
    const ids = wanted.slice(at, at + ROWS_AT_ONCE).map((client) => ["id", client]);
    // Their links say which list they stand in.
    const asked = new URLSearchParams([...ids, ...new URLSearchParams(location.search)]);
    show(await read(`${document.body.dataset.home}/client-rows?${asked}`));
  }
}

/** A row speaks of a client, and of the customer that it is linked with. */
function isAbout(told, client, row) {
  if (told.kind === "link") return told.id === client;
  return told.kind === "customer" && told.id === row.querySelector(".customer")?.dataset.linkedWith;
}

async function fetchAnew() {
  try {
    put(await read(location.href), "more");
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    failed(document.querySelector("#results"), error);
  }
}

function put(page, which = "other") {
  document.querySelector("#results").replaceWith(page.querySelector("#results"));
  listed(which);
}

/** Begin anew with what is listed here by now: `more` of the same list, or an `other` one. */
function listed(which) {
  remember();
  loadMoreInView();
  document.dispatchEvent(new CustomEvent("listed", { detail: which }));
}

function searchWhileTyping(form) {
  let timer = null;
  let looking = null;
  const look = async () => {
    looking?.abort();
    looking = new AbortController();
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const address = form.action + (asked.size ? `?${asked}` : "");
    try {
      const page = await read(address, looking.signal);
      history.replaceState(null, "", address);
      put(page);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof Problem)) throw error;
      failed(document.querySelector("#results"), error);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPED_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    look();
  });
}

function failed(place, error) {
  place.querySelector(".problem")?.remove();
  const said = document.createElement("p");
  said.className = "problem";
  said.role = "alert";
  said.textContent = error.message;
  place.prepend(said);
}

function loadMoreInView() {
  const link = document.querySelector("#more");
  if (!link) return;
  const seen = new IntersectionObserver(
    (entries) => {
      if (entries.some((each) => each.isIntersecting)) load();
    },
    { rootMargin: "600px" },
  );
  const load = async () => {
    seen.disconnect();
    link.textContent = "Loading more…";
    try {
      const page = await read(link.href);
      if (!link.isConnected) return; // another list stands here by now
      document.querySelector("#rows").append(...page.querySelectorAll("#rows > tr"));
      const next = page.querySelector(".more");
      link.closest(".more").replaceWith(...(next ? [next] : []));
      listed("more");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      link.textContent = `${error.message} Show more`;
    }
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    load();
  });
  seen.observe(link);
}

function walk(event) {
  if (event.defaultPrevented || event.shiftKey || !["ArrowDown", "ArrowUp"].includes(event.key) || document.querySelector("dialog[open]")) return;
  const links = [...document.querySelectorAll("table.clients .name > a")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement.closest("tr")?.querySelector(".name a"));
  const fromSearch = document.activeElement?.id === "search";
  if (at < 0 && !fromSearch && document.activeElement !== document.body) return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) document.querySelector("#search")?.focus();
  else links[Math.min(next, links.length - 1)].focus();
}
