// The clock of a case: tells the site when somebody touched the page, and shows how long she has worked on it.
// The site computes; what is shown between two answers is this page's guess.
import { lastly } from "./ending.js";

const BEAT = 15_000;
const IDLE = 60_000;
const KEPT = 300;

const name = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const shown = (seconds) =>
  [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");

const page = { address: "", activity: "", span: "", open: false };
const clock = { seconds: 0, ticked: 0, last: 0, touched: new Set(), running: null, stopped: "", unsaved: false, refused: false };

function form(word, of, touched) {
  const ago = touched.map((at) => Math.max(0, Math.floor((Date.now() - at) / 1000))).filter((one) => one <= KEPT);
  const fields = new FormData();
  for (const [key, value] of Object.entries({ span: of.span, activity: of.activity, word, inputs: ago.join(",") })) {
    fields.append(key, value);
  }
  fields.append("csrfmiddlewaretoken", token());
  return fields;
}

const asked = new Set();

function send(word, of, touched = []) {
  const answered = ask(word, of, touched);
  asked.add(answered);
  return answered.finally(() => asked.delete(answered));
}

async function ask(word, of, touched) {
  try {
    const answer = await fetch(of.address, { method: "POST", body: form(word, of, touched), credentials: "same-origin", redirect: "error" });
    clock.unsaved = answer.status >= 500;
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 422) clock.refused = true;
    if (!answer.ok) return;
    for (const at of touched) clock.touched.delete(at);
    if (answer.status === 200) take(await answer.json());
  } catch {
    clock.unsaved = true;
  }
  print();
}

function take(stands) {
  clock.seconds = stands.seconds;
  clock.stopped = stands.stopped;
  clock.running = stands.running;
}

function begin() {
  if (clock.refused) return;
  page.open = true;
  touch();
  send("begin", page, [...clock.touched]);
}

function leave() {
  if (!page.open) return;
  page.open = false;
  if (clock.running && !clock.running.asks) navigator.sendBeacon(clock.running.address, form("beat", clock.running, []));
  navigator.sendBeacon(page.address, form("leave", page, [...clock.touched]));
  clock.touched.clear();
}

// She signs out: the last sign is answered before the session ends, and no more come.
function rest() {
  if (page.open) {
    if (clock.running && !clock.running.asks) send("beat", clock.running);
    send("leave", page, [...clock.touched]);
  }
  page.open = false;
  clock.refused = true;
  return Promise.all(asked);
}

function touch() {
  clock.last = Date.now();
  clock.touched.add(Math.floor(clock.last / 1000) * 1000);
}

function beat() {
  if (clock.refused) return;
  if (clock.running && !clock.running.asks) send("beat", clock.running);
  if (page.open && (Date.now() - clock.last < IDLE + BEAT || clock.touched.size)) send("beat", page, [...clock.touched]);
}

function tick() {
  const now = Date.now();
  const passed = Math.min(Math.round((now - clock.ticked) / 1000), BEAT / 1000);
  if (passed < 1) return;
  clock.ticked = now;
  const runs = clock.running ? !clock.running.asks : page.open && now - clock.last < IDLE;
  if (runs) clock.seconds += passed;
  print();
}

function print() {
  // Asked for anew each time: the action bar is replaced while she works.
  const timer = document.querySelector("[data-timer]");
  if (!timer) return;
  timer.hidden = clock.refused;
  timer.querySelector("[data-time]").textContent = shown(clock.seconds);
  const { running } = clock;
  const idle = !running && page.open && Date.now() - clock.last >= IDLE;
  const state = clock.unsaved ? "unsaved" : running ? (running.asks ? "asks" : "running") : clock.stopped ? "stopped" : idle ? "paused" : "";
  for (const words of timer.querySelectorAll("[data-when]")) {
    const when = words.dataset.when;
    const hide = when === "sitting" ? Boolean(running) : when === "going" ? !running : when !== state;
    if (words.hidden !== hide) words.hidden = hide;
  }
  const put = (selector, text) => {
    for (const place of timer.querySelectorAll(selector)) if (place.textContent !== text) place.textContent = text;
  };
  if (running) put("[data-runs]", running.word);
  put("[data-stopped]", clock.stopped);
  timer.querySelector("[data-still]").hidden = !running?.asks;
}

function pressed(button) {
  clock.stopped = "";
  if (button.dataset.run) send("begin", { address: page.address, activity: button.dataset.run, span: name() });
  else if (clock.running) send("still" in button.dataset ? "still" : "stop", clock.running);
}

export function watchTime() {
  const place = document.querySelector("[data-clock]");
  if (!place || !document.querySelector("[data-timer]")) return;
  Object.assign(page, { address: place.dataset.clock, activity: place.dataset.activity, span: name() });
  clock.ticked = Date.now();
  for (const event of ["keydown", "pointerdown", "pointermove", "scroll"]) addEventListener(event, touch, { passive: true });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-run], [data-still], [data-stop]");
    if (button) pressed(button);
  });
  document.addEventListener("htmx:afterSettle", print);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? leave() : begin()));
  addEventListener("pagehide", leave);
  lastly(rest);
  addEventListener("pageshow", (event) => event.persisted && begin());
  if (document.visibilityState === "visible") begin();
  setInterval(tick, 1000);
  setInterval(beat, BEAT);
  print();
}
