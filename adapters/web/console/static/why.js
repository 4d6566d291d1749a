// "Why?": asks for the sentence when it is opened.

import { ask, Problem } from "./api.js";

/** Make "Why?" work, if this page has one. */
export function listenForWhy() {
  const details = document.querySelector("[data-why]");
  details?.addEventListener("toggle", async () => {
    if (!details.open) return;
    const place = details.querySelector(".sentence");
    const client = encodeURIComponent(document.querySelector(".record").dataset.client);
    try {
      place.textContent = (await ask("GET", `/clients/${client}/why`)).body.text;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      place.textContent = error.message;
    }
  });
}
