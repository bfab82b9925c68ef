// Lines: which one the cursor is on, which one is chosen, where the evidence stands, and the search.
import { folded, load, loaded, watchFolds } from "./folds.js";

const narrow = matchMedia("(max-width: 56rem)");

// Findings first, then the lines, and the head of what is folded: what j and k stop at.
const STOPS = "#plan [data-key], #plan details.fold:not([open]) > summary, #plan .findings details:not([open]) > summary";
const stops = () => [...document.querySelectorAll(STOPS)].filter((stop) => stop.checkVisibility());

export const chosen = () => document.querySelector(".line.chosen");

// The line that a key acts on: the one with the focus, else the chosen one.
export const current = () => document.activeElement?.closest(".line") ?? chosen();

const inPlan = (at) => document.getElementById("plan").contains(at);

// The stop next to something else in the plan, such as the head of a folded part; else the first.
function beside(all, at, step) {
  if (!inPlan(at)) return all[0];
  const follows = (link) => Boolean(at.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_FOLLOWING);
  return step > 0 ? all.find(follows) : all.filter((link) => !follows(link)).at(-1);
}

export async function move(step) {
  // A fast hand is ahead of the lines of a part that it just unfolded.
  await loaded();
  const all = stops();
  const focus = document.activeElement;
  const here = focus?.closest("[data-key], summary") ?? focus?.closest(".line")?.querySelector(":scope > a");
  const from = all.includes(here) ? here : !inPlan(focus) && all.find((link) => link.getAttribute("aria-current") === "true");
  const at = all.indexOf(from);
  // What the page shows before anybody chose is where she begins: the first step leads there, not past it.
  const by = document.querySelector("main.review[data-unchosen]") && !inPlan(focus) ? 0 : step;
  const next = at >= 0 ? all[Math.min(Math.max(at + by, 0), all.length - 1)] : beside(all, focus, step);
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

export function choose(key) {
  document.querySelector("main.review").removeAttribute("data-unchosen");
  for (const link of document.querySelectorAll("[data-key]")) {
    const is = link.dataset.key === key;
    link.setAttribute("aria-current", String(is));
    link.closest(".line")?.classList.toggle("chosen", is);
  }
  place();
}

// On a narrow screen the evidence slides under what was chosen; on a wide one it has its own column.
function place() {
  const evidence = document.getElementById("evidence");
  const review = document.querySelector("main.review");
  if (!evidence || !review) return;
  const at = document.querySelector('[data-key][aria-current="true"]')?.closest("li");
  if (narrow.matches && at && at.checkVisibility()) at.append(evidence);
  else if (evidence.parentElement !== review) review.append(evidence);
}

export function measure() {
  for (const [id, name] of [["banner", "--banner-height"], ["notice", "--notice-height"], ["bar", "--bar-height"]]) {
    const part = document.getElementById(id);
    if (part) document.documentElement.style.setProperty(name, `${part.offsetHeight}px`);
  }
}

// What works only with JavaScript is hidden until it runs.
function show() {
  for (const part of document.querySelectorAll("[data-find], [data-unfold]")) part.hidden = false;
}

function search(words) {
  const wanted = words.trim().toLowerCase();
  for (const line of document.querySelectorAll(".line")) {
    line.hidden = wanted !== "" && !line.querySelector(".text").textContent.toLowerCase().includes(wanted);
  }
  for (const fold of document.querySelectorAll("details.fold")) {
    fold.hidden = wanted !== "" && !fold.querySelector(".line:not([hidden])");
  }
}

export function watchLines() {
  if (!document.querySelector("main.review")) return;
  show();
  watchFolds();
  document.addEventListener("input", (event) => {
    const { target } = event;
    if (target.id !== "find") return;
    search(target.value);
    if (folded().length) load(folded()).then(() => search(target.value));
  });
  let open = [];
  // Whether the cursor stood in what is about to be replaced: it then returns to the line that was acted on.
  let held = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "plan") open = [...document.querySelectorAll("details.fold[open]")].map((fold) => fold.id);
    // The evidence may stand inside what is about to be replaced.
    const evidence = document.getElementById("evidence");
    if (event.detail.target.id === "plan") held = Boolean(document.activeElement?.closest("#plan, #evidence"));
    if (event.detail.target.id === "plan" && evidence) document.querySelector("main.review").append(evidence);
  });
  document.addEventListener("htmx:oobAfterSwap", measure);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "plan") {
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      show();
      if (held) document.querySelector(".line.chosen > a")?.focus({ preventScroll: true });
    }
    if (event.detail.target.id === "evidence") {
      const from = event.detail.requestConfig.elt;
      choose(from.dataset.key);
      // What stood open above is closed now: bring the chosen line back under the banner.
      if (narrow.matches) from.scrollIntoView({ block: "start" });
      document.getElementById("notice").textContent = "";
      if (!narrow.matches) document.getElementById("evidence").scrollTop = 0;
    }
    if (event.detail.target.classList.contains("edit")) {
      const field = event.detail.target.querySelector("textarea, button.main");
      event.detail.target.closest("details")?.setAttribute("open", "");
      field?.focus();
      event.detail.target.scrollIntoView({ block: "nearest" });
      if (field?.setSelectionRange) field.setSelectionRange(field.value.length, field.value.length);
    }
    // What the words become stands under them: both are seen at once.
    if (event.detail.target.id.startsWith("preview-")) event.detail.target.closest(".edit").scrollIntoView({ block: "nearest" });
    place();
    measure();
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details")) place();
  }, true);
  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (close) {
      event.preventDefault();
      const slot = document.getElementById(close.dataset.close);
      slot.replaceChildren();
      slot.closest(".line").querySelector(":scope > a").focus();
    }
    // A line of a part that wasn't opened yet is not here: its link leads to the page with that part open.
    const jump = event.target.closest("[data-jump]");
    const link = jump && document.querySelector(`#plan [data-key="${jump.dataset.jump}"]`);
    if (link) {
      event.preventDefault();
      link.closest("details")?.setAttribute("open", "");
      link.click();
      link.focus();
    }
  });
  narrow.addEventListener("change", place);
  document.querySelector(".edit textarea, .edit button.main")?.focus();
  addEventListener("resize", measure);
  measure();
  place();
}
