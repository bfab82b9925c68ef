// The call: each tick and word goes to the server as it is made, what could not be sent is kept here and sent again, and the last
// change can be taken back. Without this file the page has a button that keeps everything at once.
import { lastly } from "./ending.js";
import { said } from "./words.js";

const WAIT = 700;
const AGAIN = 4000;
const unsent = new Map();
const timers = new Map();
const past = [];
const left = new Set();
let sending = null;
let form = null;

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const named = (control) => control.name.replace(/^f-/, "");
const controls = (name) => [...form.querySelectorAll("[name]")].filter((one) => one.name === `f-${name}`);

function stands(name) {
  const all = controls(name);
  if (all[0]?.type === "radio") return all.find((one) => one.checked)?.value ?? "";
  if (all[0]?.type === "checkbox") return all[0].checked ? all[0].value : "";
  return all[0]?.value ?? "";
}

// What stood there when the server wrote the page.
function stood(name) {
  const all = controls(name);
  if (all[0]?.type === "radio") return all.find((one) => one.defaultChecked)?.value ?? "";
  if (all[0]?.type === "checkbox") return all[0].defaultChecked ? all[0].value : "";
  if (all[0]?.tagName === "SELECT") return [...all[0].options].find((one) => one.defaultSelected)?.value ?? "";
  return all[0]?.defaultValue ?? "";
}

function put(name, text) {
  for (const one of controls(name)) {
    if (one.type === "radio" || one.type === "checkbox") one.checked = one.value === text;
    else one.value = text;
  }
}

function tell(words) {
  const place = document.querySelector("[data-kept]");
  if (place && place.textContent !== words) place.textContent = words;
}

// What the server holds of each field, as far as this page knows.
const known = new Map();

function differ(name, other) {
  const first = controls(name)[0];
  const mine = stands(name);
  unsent.delete(name);
  known.set(name, other);
  if (first.type === "radio" || first.type === "checkbox") {
    put(name, other);
    tell(said("changed elsewhere"));
    return;
  }
  put(name, other);
  tell(said("typed elsewhere", { stands: other, mine }));
}

async function send(name, done) {
  const text = stands(name);
  const body = new URLSearchParams({ call: form.dataset.call, field: name, text, was: known.get(name) ?? "", done: done ? "1" : "" });
  const answer = await fetch(form.dataset.say, { method: "POST", body, headers: { "X-CSRFToken": token() }, credentials: "same-origin", keepalive: true, redirect: "error" });
  if (answer.status === 409) return differ(name, (await answer.json()).stands);
  if (answer.status >= 500) throw new Error("later");
  if (!answer.ok) {
    unsent.delete(name);
    return tell(said("call may not"));
  }
  known.set(name, text.trim());
  if (unsent.get(name) === text) unsent.delete(name);
  const answered = await answer.json();
  const ends = document.querySelector("[data-ends]");
  // The screen is cleared already where the last words are sent as she is signed out.
  if (!ends) return;
  ends.textContent = answered.ends;
  for (const place of form.querySelectorAll("[data-wrong]")) {
    const words = answered.wrong[place.dataset.wrong] ?? "";
    place.hidden = !words;
    // Only what changes is said by a screen reader.
    const span = place.querySelector("span");
    if (span.textContent !== words) span.textContent = words;
  }
  if (answered.paged) document.querySelector("[data-paged]").textContent = said("paged", { what: answered.paged });
  if (!unsent.size) tell(said("kept"));
}

async function sendAll() {
  try {
    for (let [name] = unsent.keys(); name !== undefined; [name] = unsent.keys()) await send(name, left.has(name));
  } catch {
    tell(said("call unreached"));
    setTimeout(flush, AGAIN);
  }
}

// One at a time: what changes meanwhile is sent by the one that runs.
function flush() {
  sending ??= sendAll().finally(() => {
    sending = null;
  });
  return sending;
}

function changed(control, done) {
  const name = named(control);
  const before = known.get(name) ?? "";
  const text = stands(name);
  if (text.trim() === before.trim() && !unsent.has(name) && !done) return;
  if (text.trim() !== before.trim() && past.at(-1)?.name !== name) past.push({ name, before });
  if (past.at(-1)?.name === name && control.type === "radio" && past.at(-1).before !== before) past.push({ name, before });
  document.querySelector("[data-back]").hidden = !past.length;
  unsent.set(name, text);
  if (done) left.add(name);
  else left.delete(name);
  tell(said("keeping"));
  clearTimeout(timers.get(name));
  timers.set(name, setTimeout(flush, done ? 0 : WAIT));
}

function undo() {
  const last = past.pop();
  document.querySelector("[data-back]").hidden = !past.length;
  if (!last) return;
  put(last.name, last.before);
  unsent.set(last.name, last.before);
  left.add(last.name);
  tell(said("taken back"));
  flush();
}

async function end(event) {
  const act = event.submitter?.value;
  if (act !== "end" && act !== "draft") return;
  event.preventDefault();
  for (const timer of timers.values()) clearTimeout(timer);
  for (const name of unsent.keys()) left.add(name);
  await flush();
  if (unsent.size) return tell(said("not yet"));
  for (const [name, value] of [["kept", "1"], ["do", act]]) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  form.submit();
}

export function pick(number) {
  const block = document.activeElement?.closest("[data-block]");
  const choices = block ? [...block.querySelectorAll("input[type=radio]")] : [];
  const chosen = number ? choices.filter((one) => !("none" in one.dataset))[number - 1] : choices.find((one) => "none" in one.dataset);
  if (!chosen || chosen.checked) return;
  chosen.checked = true;
  changed(chosen, true);
}

export function watchCall() {
  form = document.getElementById("call");
  if (!form) return;
  for (const one of form.querySelectorAll("[name^='f-']")) known.set(named(one), stood(named(one)));
  document.querySelector("[data-save]").hidden = true;
  form.addEventListener("input", (event) => {
    if (event.target.name?.startsWith("f-") && event.target.matches("textarea, input[type=text]")) changed(event.target, false);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name?.startsWith("f-")) changed(event.target, true);
  });
  form.addEventListener("submit", end);
  document.querySelector("[data-back]").addEventListener("click", undo);
  // What was ticked before this file was there.
  for (const [name, before] of known) if (stands(name) !== before) changed(controls(name)[0], true);
  addEventListener("online", flush);
  addEventListener("pagehide", flush);
  lastly(flush);
  addEventListener("beforeunload", (event) => {
    if (unsent.size) event.preventDefault();
  });
}
