// Begins everything that a page of the console does by itself.

import { listenForActions } from "./actions.js";
import { listenForBatches } from "./batches.js";
import { listenForFields } from "./by_field.js";
import { listenForForm } from "./form.js";
import { listenForKeys } from "./keyboard.js";
import { listenForLetter } from "./letters.js";
import { listenForLines } from "./lines.js";
import { listenForList } from "./list.js";
import { keepTrue, refresh } from "./live.js";
import { listenForQueue } from "./queue.js";
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
listenForFields();
listenForForm();
listenForKeys();
listenForLetter();
listenForLines();
listenForList();
listenForQueue();
listenForRename();
listenForReplays();
listenForSwitches();
listenForWindow();
listenForWorkbench();
sayWhatWasLeft();
reviewAsAsked();
if (location.hash === "#search") document.querySelector("#search")?.focus();
