// The timer of a time study: each tap is kept on this phone at once and sent when there is a network. The site computes minutes and corrects a clock that
// is off; this page only says what was tapped, by both clocks of the phone. It outlives a sign-out: nothing of a patient stands in what it keeps.
const { study, whose, send: ADDRESS, still, door, worker, scope } = document.body.dataset;
const KEY = `careloom-time:${whose}:${study}`;
const AGAIN = 15_000;
const AT_ONCE = 200;
const OFF = 60;
const LOGGED = 5;

const find = (selector) => document.querySelector(selector);
const spoken = (name, filled = {}) =>
  find(`[data-words="${name}"]`).textContent.replace(/\{(\w+)\}/g, (hole, key) => filled[key] ?? hole);
const name = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
const load = name();
const empty = () => ({ shift: "", whom: "", number: 0, taps: [], unsent: [], refused: [] });
const page = { token: document.body.dataset.token, sending: false, trouble: "", told: "", off: 0, keeps: true };
let state = read();

function read() {
  try {
    return { ...empty(), ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return empty();
  }
}

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(state));
    page.keeps = true;
  } catch {
    page.keeps = false;
  }
}

function tap(what, more = {}, told = "") {
  page.told = told;
  const one = { id: name(), shift: state.shift, number: state.number, what, phone: new Date().toISOString(), mono: performance.now(), load, ...more };
  state.number += 1;
  state.taps.push(one);
  state.unsent.push(one);
  keep();
  print();
  flush();
  return one;
}

// What stands of this shift: nothing that was taken back.
function standing() {
  const undone = new Set(state.taps.filter((one) => one.what === "undo").map((one) => one.activity));
  return state.taps.filter((one) => one.what !== "undo" && !undone.has(one.id));
}

const moves = () => standing().filter((one) => ["activity", "pause", "end"].includes(one.what));
const over = () => moves().at(-1)?.what === "end";

async function flush() {
  if (page.sending || !state.unsent.length) return print();
  page.sending = true;
  try {
    while (state.unsent.length && (await post()));
  } catch {
    page.trouble = "offline";
  }
  page.sending = false;
  print();
}

// Sends what is oldest; whether there is reason to go on.
async function post(again = false) {
  const taps = state.unsent.slice(0, AT_ONCE);
  const body = JSON.stringify({ sent: new Date().toISOString(), mono: performance.now(), load, observer: whose, taps });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": page.token };
  const answer = await fetch(ADDRESS, { method: "POST", body, headers, credentials: "same-origin", redirect: "error" });
  if ([401, 403].includes(answer.status)) return !again && (await isIn()) ? post(true) : false;
  if (!answer.ok) throw new Error("later");
  const { taken, refused, off_seconds: off } = await answer.json();
  const gone = new Set([...taken, ...refused.map((one) => one.id)]);
  state.refused.push(...taps.filter((one) => refused.some((other) => other.id === one.id)));
  state.unsent = state.unsent.filter((one) => !gone.has(one.id));
  page.off = off;
  page.trouble = "";
  keep();
  return gone.size > 0;
}

// Whether the one who taps is signed in; then what is sent has its token anew.
async function isIn() {
  const answer = await fetch(still, { credentials: "same-origin", redirect: "error" }).catch(() => null);
  if (answer?.status === 204 && answer.headers.get("X-Whose") === whose) {
    page.token = answer.headers.get("X-CSRFToken");
    return true;
  }
  page.trouble = answer?.status === 204 ? "other" : "out";
  return false;
}

function shown(milliseconds) {
  const whole = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  return [...(whole >= 3600 ? [Math.floor(whole / 3600)] : []), ...parts].map((one) => String(one).padStart(2, "0")).join(":");
}

const label = (one) => (one.what === "activity" ? find(`[data-activity="${CSS.escape(one.activity)}"]`)?.textContent ?? one.activity : one.what === "pause" ? spoken("pause") : "");
const clock = (text) => new Date(text).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function printState() {
  const { unsent } = state;
  const left = unsent.length === 1 ? spoken("left one") : spoken("left", { number: unsent.length });
  const words = [page.told, unsent.length ? left : state.taps.length ? spoken("sent") : ""];
  if (page.trouble && unsent.length) words.push(spoken(page.trouble));
  else if (unsent.length && !navigator.onLine) words.push(spoken("offline"));
  if (Math.abs(page.off) >= OFF) words.push(spoken(page.off > 0 ? "behind" : "ahead", { minutes: Math.round(Math.abs(page.off) / 60) }));
  const place = find("[data-state]");
  const text = words.filter(Boolean).join(" ");
  place.classList.toggle("good", !unsent.length && Math.abs(page.off) < OFF);
  if (place.dataset.text !== text) {
    place.dataset.text = text;
    place.textContent = text;
    if (page.trouble === "out" && unsent.length) {
      const link = Object.assign(document.createElement("a"), { href: door, target: "_blank", rel: "noopener", textContent: spoken("sign in") });
      place.append(" ", link);
    }
  }
  const problems = [state.refused.length ? spoken("refused", { number: state.refused.length }) : "", page.keeps ? "" : spoken("cannot keep")];
  put(find("[data-problem]"), problems.filter(Boolean).join(" "));
}

function print() {
  const began = Boolean(state.shift) && !over();
  const last = moves().at(-1);
  const running = began && last?.what === "activity" ? last : null;
  put(find("[data-clock]"), shown(began && last ? Date.now() - Date.parse(last.phone) : 0));
  put(find("[data-runs]"), began && last ? label(last) : state.shift && over() ? spoken("over") : spoken("nothing"));
  find("[data-start]").hidden = began;
  find("[data-taps]").hidden = !began;
  find("[data-bar]").hidden = !state.shift;
  for (const selector of ["[data-pause]", "[data-note]", "[data-end]"]) find(selector).hidden = !began;
  find("[data-undo]").disabled = !last;
  for (const button of document.querySelectorAll("[data-activity]")) {
    button.setAttribute("aria-pressed", String(running?.activity === button.dataset.activity));
  }
  const shift = find("[data-shift]");
  const first = standing().find((one) => one.what === "begin");
  shift.hidden = !began;
  const who = find(`[name=whom] option[value="${CSS.escape(state.whom)}"]`)?.textContent ?? "";
  if (first) put(shift, spoken("with", { name: who, time: clock(first.phone) }));
  printLog();
  printState();
}

function printLog() {
  const lines = moves().filter((one) => label(one)).slice(-LOGGED).reverse().map((one) => `${clock(one.phone)} ${label(one)}`);
  const list = find("[data-log] ol");
  find("[data-log]").hidden = !lines.length;
  if (list.dataset.lines === lines.join("\n")) return;
  list.dataset.lines = lines.join("\n");
  list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

function start(event) {
  event.preventDefault();
  const whom = event.target.elements.whom.value;
  state = { ...empty(), unsent: state.unsent, refused: state.refused, shift: name(), whom };
  tap("begin", { whom });
}

function undo() {
  const last = moves().at(-1);
  if (!last) return;
  tap("undo", { activity: last.id }, spoken("undone"));
}

function note(open) {
  find("[data-note-form]").hidden = !open;
  if (open) {
    find("[data-note-form] textarea").focus();
    find("[data-note-form]").scrollIntoView({ block: "end" });
  } else find("[data-note]").focus();
}

function noted(event) {
  event.preventDefault();
  const field = event.target.elements.text;
  if (field.value.trim()) tap("note", { text: field.value.trim() }, spoken("noted"));
  field.value = "";
  note(false);
}

async function offline() {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  await navigator.serviceWorker.register(worker, { scope: `${scope}/` }).catch(() => {});
  const files = [...document.querySelectorAll("link[href], script[src]")].map((one) => one.href ?? one.src);
  const kept = await caches.open("time-study");
  await Promise.all([location.pathname, ...files].map((one) => kept.add(one).catch(() => {})));
}

for (const button of document.querySelectorAll("[data-activity]")) {
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") !== "true") tap("activity", { activity: button.dataset.activity });
  });
}
find("[data-start]").addEventListener("submit", start);
find("[data-undo]").addEventListener("click", undo);
find("[data-pause]").addEventListener("click", () => moves().at(-1)?.what !== "pause" && tap("pause"));
find("[data-end]").addEventListener("click", () => tap("end"));
find("[data-note]").addEventListener("click", () => note(true));
find("[data-note-close]").addEventListener("click", () => note(false));
find("[data-note-form]").addEventListener("submit", noted);
addEventListener("online", flush);
addEventListener("focus", flush);
addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  state = read();
  print();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
setInterval(print, 1000);
setInterval(flush, AGAIN);
offline();
print();
flush();
