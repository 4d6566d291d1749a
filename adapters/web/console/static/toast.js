// Says at the bottom of the page what was just done, with its Undo for as long as it shows.

const SHOWN_MS = 10_000;

/** Show a message; `undo` is called if the person takes it back. */
export function toast(text, undo) {
  const box = host();
  const note = document.createElement("div");
  note.className = "toast";
  const said = document.createElement("span");
  said.textContent = text;
  note.append(said);
  if (undo) {
    const button = document.createElement("button");
    button.textContent = "Undo";
    button.dataset.undo = "";
    button.setAttribute("aria-keyshortcuts", "u");
    button.addEventListener("click", () => {
      note.remove();
      undo();
    });
    note.append(button);
  }
  box.replaceChildren(note);
  leaveAfter(note);
}

const AFTER = "said-after";

/** Say it on the page that comes next. */
export function toastAfter(text) {
  sessionStorage.setItem(AFTER, text);
}

/** Say what the page before left to be said. */
export function sayWhatWasLeft() {
  const text = sessionStorage.getItem(AFTER);
  sessionStorage.removeItem(AFTER);
  if (text) toast(text);
}

/** The Undo of the message that shows, if it has one. */
export function shownUndo() {
  return document.querySelector("#toasts [data-undo]");
}

/** An open window makes all else unreachable, so messages move into it, and back when it closes. */
export function host() {
  const box = document.querySelector("#toasts");
  const home = document.querySelector("dialog[open]") ?? document.body;
  if (box.parentElement !== home) home.append(box);
  return box;
}

function leaveAfter(note) {
  let left = SHOWN_MS;
  let since = 0;
  let timer = null;
  const run = () => {
    since = performance.now();
    timer = setTimeout(() => note.remove(), left);
  };
  const pause = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    left -= performance.now() - since;
  };
  const goOn = () => {
    if (timer === null && !note.matches(":hover, :focus-within")) run();
  };
  note.addEventListener("pointerenter", pause);
  note.addEventListener("focusin", pause);
  note.addEventListener("pointerleave", goOn);
  note.addEventListener("focusout", () => queueMicrotask(goOn));
  run();
}
