// The parts of a call as steps: on a narrow screen one is open at a time unless she opens more, and a line of steps says how far each is.
// Without this file all of them stand open, and the line leads to each.
import { measure } from "./lines.js";

const narrow = matchMedia("(max-width: 56rem)");
const parts = () => [...document.querySelectorAll(".call details.part")];

// What of a part is asked one by one: each block of choices that isn't folded away, each question's words.
const asked = (part) => [...part.querySelectorAll("[data-block], .three textarea")].filter((one) => !one.closest("details:not(.part)"));
const said = (one) => (one.matches("textarea") ? one.value.trim() !== "" : Boolean(one.querySelector("input:checked:not([data-none])")));
const typed = (part) =>
  [...part.querySelectorAll("textarea, input[type=text], input[type=checkbox]")].some((one) => (one.type === "checkbox" ? one.checked : one.value.trim() !== ""));

function count() {
  for (const part of parts()) {
    const all = asked(part);
    const words = all.length ? `${all.filter(said).length}/${all.length}` : typed(part) ? "✓" : "";
    for (const place of [part.querySelector(":scope > summary [data-count]"), document.querySelector(`[data-step="${part.id}"] [data-count]`)]) {
      if (place && place.textContent !== words) place.textContent = words;
    }
  }
}

function current(part) {
  for (const link of document.querySelectorAll("[data-step]")) {
    if (link.dataset.step === part.id) {
      link.setAttribute("aria-current", "step");
      // The line alone moves, not the page under a finger that is about to lift.
      const list = link.closest("ol");
      list.scrollLeft = link.offsetLeft - list.offsetLeft - 16;
    } else link.removeAttribute("aria-current");
  }
}

function show(part) {
  part.open = true;
  current(part);
  part.querySelector("summary").focus({ preventScroll: true });
  part.scrollIntoView({ block: "start" });
}

export function watchParts() {
  if (!parts().length) return;
  const wanted = document.getElementById(location.hash.slice(1))?.closest("details.part");
  if (narrow.matches) {
    const first = wanted ?? parts()[0];
    for (const part of parts()) part.open = part === first || Boolean(part.querySelector("[role=alert]"));
  }
  if (wanted) current(wanted);
  document.querySelector(".progress").addEventListener("click", (event) => {
    const part = document.getElementById(event.target.closest("[data-step]")?.dataset.step);
    if (!part) return;
    event.preventDefault();
    if (narrow.matches) for (const other of parts()) if (other !== part) other.open = false;
    show(part);
  });
  document.addEventListener("focusin", (event) => {
    const part = event.target.closest("details.part");
    if (part) current(part);
  });
  for (const name of ["input", "change"]) document.getElementById("call").addEventListener(name, count);
  document.querySelector("[data-back]")?.addEventListener("click", () => setTimeout(count));
  addEventListener("resize", measure);
  measure();
  count();
}
