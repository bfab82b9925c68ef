// Folded parts: their lines are asked for when a part is opened, searched or printed; that somebody opened one is told to the site.
const plan = () => document.getElementById("plan");

// What stands in a part whose lines were not asked for yet.
export const folded = () => [...document.querySelectorAll("#plan [data-part]")];

const address = (parts) => `${plan().dataset.folded}?${parts.map((part) => `section=${encodeURIComponent(part.dataset.part)}`).join("&")}`;

const pending = new Set();

// When everything that was asked for is here.
export const loaded = () => Promise.all(pending);

export function load(parts) {
  const asked = parts.filter((part) => !("asked" in part.dataset));
  if (asked.length) {
    for (const part of asked) part.dataset.asked = "";
    const source = asked[0].closest("details").querySelector("summary");
    const done = htmx.ajax("GET", address(asked), { source, swap: "none" }).catch(() => {}).then(() => {
      // Where nothing came, opening it again asks again.
      for (const part of asked) delete part.dataset.asked;
      pending.delete(done);
    });
    pending.add(done);
  }
  return loaded();
}

// Parts that were opened in one moment are told to the server in one request, which answers with the action bar.
const opened = new Set();
let telling = 0;

function tell(fold) {
  opened.add(fold.dataset.section);
  fold.removeAttribute("data-section");
  fold.querySelector("[data-unopened]")?.remove();
  clearTimeout(telling);
  telling = setTimeout(() => {
    htmx.ajax("POST", plan().dataset.opened, { source: "#plan", target: "#bar", swap: "outerHTML", values: { section: [...opened] } });
    opened.clear();
  }, 120);
}

// A part counts as opened once its lines stand there.
export async function unfold(fold) {
  const part = fold.querySelector("[data-part]");
  if (part) await load([part]);
  if (fold.open && fold.dataset.section && !fold.querySelector("[data-part]")) tell(fold);
}

// The parts that stand open with their lines: whoever answers with the whole plan leaves them so.
export const standing = () =>
  [...document.querySelectorAll("#plan details.fold[open] > [id^=lines-]:not([data-part])")].map((part) => part.id.slice("lines-".length));

// Paper waits for nobody: this one request is answered before the browser goes on.
function loadNow() {
  const parts = folded();
  if (!parts.length) return;
  const ask = new XMLHttpRequest();
  ask.open("GET", address(parts), false);
  ask.setRequestHeader("HX-Request", "true");
  try {
    ask.send();
  } catch {
    return;
  }
  if (ask.status !== 200) return;
  for (const made of new DOMParser().parseFromString(ask.responseText, "text/html").querySelectorAll("[id^=lines-]")) {
    made.removeAttribute("hx-swap-oob");
    document.getElementById(made.id)?.replaceWith(made);
    htmx.process(made);
  }
}

export function watchFolds() {
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details.fold:not([data-printing])") && event.target.open) unfold(event.target);
  }, true);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-unfold]")) return;
    load(folded());
    for (const fold of document.querySelectorAll("details.fold")) fold.open = true;
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.target?.id === "plan") event.detail.parameters.open = standing();
  });
  // On paper everything is unfolded; that is not reading, so it opens nothing for signing.
  addEventListener("beforeprint", () => {
    loadNow();
    for (const fold of document.querySelectorAll("details.fold:not([open])")) {
      fold.dataset.printing = "";
      fold.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of document.querySelectorAll("details.fold[data-printing]")) {
      fold.open = false;
      delete fold.dataset.printing;
    }
  });
}
