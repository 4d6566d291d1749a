// What stands in and below each input of the form for a client. An input's default value is what Canopy holds.

/** The value that a client has where an input is. */
export function valueAt(client, name) {
  const [field, part] = name.split(".");
  return (part ? client[field]?.[part] : client[field]) ?? "";
}

/** Say below an input what is to be said of what was typed; nothing: take it away. */
export function remarkAt(entry, remark) {
  const place = entry.closest(".entry").querySelector(".about");
  place.textContent = remark?.text ?? "";
  place.hidden = !remark;
  place.classList.toggle("stops", Boolean(remark?.stops));
  if (remark?.stops) entry.setAttribute("aria-invalid", "true");
  else entry.removeAttribute("aria-invalid");
}

/** Somebody else changed the client. `now`: as Canopy has it. What was typed stays; what was not touched follows. */
export function showMeanwhile(form, now) {
  form.dataset.version = now.version;
  for (const entry of form.querySelectorAll(".entry input[type=text]")) {
    const theirs = valueAt(now, entry.name);
    if (theirs === entry.defaultValue) continue;
    const untouched = entry.value === entry.defaultValue;
    const before = entry.defaultValue;
    entry.defaultValue = theirs;
    if (untouched) {
      entry.value = theirs;
      said(entry, `Changed meanwhile; it was “${before || "empty"}”.`);
    } else if (entry.value !== theirs) {
      said(entry, `Meanwhile changed to “${theirs || "empty"}”; saving puts yours in its place.`, () => {
        entry.value = theirs;
        said(entry, "");
        entry.focus();
      });
    }
  }
}

function said(entry, sentence, takeTheirs) {
  const place = entry.closest(".entry").querySelector(".meanwhile");
  place.textContent = sentence;
  place.hidden = !sentence;
  if (!takeTheirs) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = "Take theirs";
  button.addEventListener("click", takeTheirs);
  place.append(" ", button);
}
