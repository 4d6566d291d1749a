// The lines of a timeline: they open, a link leads to one wherever it stands, and the page grows where it is.

import { expand, refresh } from "./live.js";

const LINE = /^#line-\d+-\d+$/;
const ALL_LINES = "2000"; // as many as the server gives

/** Let lines open, and show the one that the address names. */
export function listenForLines() {
  document.addEventListener("click", async (event) => {
    expand(event.target.closest("[data-expands]"));
    const link = event.target.closest("a[data-stay]");
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.href);
    await refresh();
  });
  addEventListener("hashchange", showNamed);
  showNamed();
}

/** A line may stand below another one, be left out by a filter, or be older than what is shown. */
async function showNamed() {
  if (!LINE.test(location.hash) || !document.querySelector(".record .timeline")) return;
  if (!document.querySelector(location.hash)) await showAll();
  const line = document.querySelector(location.hash);
  if (!line) return;
  for (let around = line.parentElement.closest("[hidden]"); around; around = around.parentElement.closest("[hidden]")) {
    expand(document.querySelector(`[aria-controls="${around.id}"]`));
  }
  line.scrollIntoView({ block: "center" });
  line.querySelector("button.at").focus({ preventScroll: true });
}

async function showAll() {
  const all = new URL(location.href);
  all.searchParams.set("lines", ALL_LINES);
  all.searchParams.delete("show");
  history.replaceState(null, "", all);
  await refresh();
}
