// What she types is kept on the server while she types, so that a closed window or an ended session loses none of it.
import { lastly } from "./ending.js";
import { said } from "./words.js";

const WAIT = 700;
const waiting = new Map();

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function say(field, words, offer) {
  const id = `kept-${field.id}`;
  const note = document.getElementById(id) ?? field.insertAdjacentElement("afterend", document.createElement("div"));
  note.id = id;
  note.className = "small";
  note.setAttribute("role", "status");
  note.textContent = words;
  if (offer) note.append(" ", ...offer);
}

function button(words, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}

// Another window of hers holds other words for this field: she sees them, and says which stay.
function differ(field, stands) {
  say(field, said("other window", { stands }), [
    button(said("take those"), () => {
      field.value = stands;
      field.dataset.was = stands;
      say(field, "");
      field.focus();
    }),
    button(said("keep these"), () => {
      field.dataset.was = stands;
      keep(field);
    }),
  ]);
}

async function keep(field, last) {
  waiting.delete(field);
  const text = field.value;
  const body = new URLSearchParams({ field: field.dataset.keep, text, was: field.dataset.was ?? "" });
  const address = document.querySelector("[data-keep-at]").dataset.keepAt;
  try {
    const answer = await fetch(address, {
      method: "POST", body, headers: { "X-CSRFToken": token() }, credentials: "same-origin", keepalive: Boolean(last),
    });
    if (answer.status === 409) return differ(field, (await answer.json()).stands);
    if (answer.status !== 204) return say(field, said("may not"));
    field.dataset.was = text;
    say(field, said("kept"));
  } catch {
    say(field, said("unreached"));
  }
}

export function watchTyping() {
  if (!document.querySelector("[data-keep-at]")) return;
  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-keep]");
    if (!field) return;
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(() => keep(field), WAIT));
  });
  const flush = () => Promise.all([...waiting].map(([field, timer]) => {
    clearTimeout(timer);
    return keep(field, true);
  }));
  addEventListener("pagehide", flush);
  lastly(flush);
  // What is sent is decided, and keeping it afterwards would bring it back; a wording that is only looked at isn't, and signing out sends none.
  document.addEventListener("submit", (event) => {
    if (event.target.matches(".amend") || event.target.getAttribute("action") === document.body.dataset.signOut) return;
    for (const timer of waiting.values()) clearTimeout(timer);
    waiting.clear();
  }, true);
}
