// Lines: which one the cursor is on, which one is chosen, where the evidence stands, and the search.
const narrow = matchMedia("(max-width: 56rem)");

export const lines = () =>
  [...document.querySelectorAll(".line")].filter((line) => line.checkVisibility());

export const links = () => lines().map((line) => line.querySelector(":scope > a"));

export const chosen = () => document.querySelector(".line.chosen");

// The line that a key acts on: the one with the focus, else the chosen one.
export const current = () => document.activeElement?.closest(".line") ?? chosen();

export function move(step) {
  const all = links();
  if (!all.length) return;
  const at = all.indexOf(current()?.querySelector(":scope > a"));
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
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

function measure() {
  for (const [id, name] of [["banner", "--banner-height"], ["bar", "--bar-height"]]) {
    const part = document.getElementById(id);
    if (part) document.documentElement.style.setProperty(name, `${part.offsetHeight}px`);
  }
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
  const find = document.querySelector("[data-find]");
  if (find) find.hidden = false;
  document.addEventListener("input", (event) => {
    if (event.target.id === "find") search(event.target.value);
  });
  let open = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "plan") open = [...document.querySelectorAll("details.fold[open]")].map((fold) => fold.id);
    // The evidence may stand inside what is about to be replaced.
    const evidence = document.getElementById("evidence");
    if (event.detail.target.id === "plan" && evidence) document.querySelector("main.review").append(evidence);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "plan") {
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      const shown = document.querySelector("[data-find]");
      if (shown) shown.hidden = false;
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
      field?.focus();
      field?.scrollIntoView({ block: "nearest" });
      if (field?.setSelectionRange) field.setSelectionRange(field.value.length, field.value.length);
    }
    place();
    measure();
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details.fold") && event.target.open) event.target.querySelector("[data-unopened]")?.remove();
    place();
  }, true);
  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (close) {
      event.preventDefault();
      const slot = document.getElementById(close.dataset.close);
      slot.replaceChildren();
      slot.closest(".line").querySelector(":scope > a").focus();
    }
    const jump = event.target.closest("[data-jump]");
    const line = jump && document.getElementById(`line-${jump.dataset.jump}`);
    if (line) {
      event.preventDefault();
      line.closest("details")?.setAttribute("open", "");
      line.querySelector(":scope > a").click();
      line.querySelector(":scope > a").focus();
    }
  });
  narrow.addEventListener("change", place);
  addEventListener("resize", measure);
  addEventListener("beforeprint", () => document.querySelectorAll("details.fold").forEach((fold) => fold.setAttribute("open", "")));
  measure();
  place();
}
