// The lists: search while typing, more rows as they come into view, walking with the arrow keys.

import { Problem, read } from "./api.js";
import { remember } from "./live.js";

const TYPED_MS = 150;

/** Make the list of this page work, if it has one. */
export function listenForList() {
  const form = document.querySelector("form.search");
  if (form) searchWhileTyping(form);
  loadMoreInView();
  document.addEventListener("keydown", walk);
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
      document.querySelector("#results").replaceWith(page.querySelector("#results"));
      remember();
      loadMoreInView();
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
      document.querySelector("#rows").append(...page.querySelectorAll("#rows > tr"));
      const next = page.querySelector(".more");
      link.closest(".more").replaceWith(...(next ? [next] : []));
      remember();
      loadMoreInView();
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
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || document.querySelector("dialog[open]")) return;
  const links = [...document.querySelectorAll("table.clients .name a")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const fromSearch = document.activeElement?.id === "search";
  if (at < 0 && !fromSearch && document.activeElement !== document.body) return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) document.querySelector("#search")?.focus();
  else links[Math.min(next, links.length - 1)].focus();
}
