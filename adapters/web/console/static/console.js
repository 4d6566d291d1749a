// Begins everything that a page of the console does by itself.

import { listenForActions } from "./actions.js";
import { listenForBatches } from "./batches.js";
import { listenForForm } from "./form.js";
import { listenForKeys } from "./keyboard.js";
import { listenForLetter } from "./letters.js";
import { listenForList } from "./list.js";
import { expand, keepTrue, refresh } from "./live.js";
import { listenForRename } from "./rename.js";
import { listenForSwitches } from "./switches.js";
import { listenForReplays } from "./replays.js";
import { sayWhatWasLeft } from "./toast.js";
import { listenForWindow, reviewAsAsked } from "./window.js";
import { listenForWorkbench } from "./workbench.js";
import { wasUnknown } from "./zone.js";

keepTrue();
if (wasUnknown) refresh().catch(() => {});
listenForActions();
listenForBatches();
listenForForm();
listenForKeys();
listenForLetter();
listenForList();
listenForRename();
listenForReplays();
listenForSwitches();
listenForWindow();
listenForWorkbench();
sayWhatWasLeft();
reviewAsAsked();
if (location.hash === "#search") document.querySelector("#search")?.focus();

// A line of the timeline opens; "Show earlier" makes the page longer where it stands.
document.addEventListener("click", (event) => {
  expand(event.target.closest("[data-expands]"));
  const link = event.target.closest("a[data-stay]");
  if (!link) return;
  event.preventDefault();
  history.replaceState(null, "", link.href);
  refresh();
});
