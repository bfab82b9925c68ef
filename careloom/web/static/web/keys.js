// Keys: one letter each, never while typing, and off for whoever turns them off.
import { unfold } from "./folds.js";
import { pick } from "./call.js";
import { chosen, current, move } from "./lines.js";

const OFF = "careloom-keys-off";
const typing = (at) => at.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function act(name) {
  const sheet = document.querySelector(`[data-act="${name}"]`);
  if (!sheet) return;
  sheet.open = true;
  sheet.querySelector("input:not([type=hidden], [hidden]), select")?.focus();
}

// Not a click: right after a swap htmx may not know the new link yet, and the click would leave the page.
function choose(line) {
  const link = line.querySelector(":scope > a");
  return htmx.ajax("GET", link.getAttribute("hx-get"), { source: link, target: "#evidence" });
}

// Amend and strike act on the line under the cursor: choose it first where it isn't.
function change(what) {
  if (reading()) return says(what);
  const line = current();
  // Not a click: a fast hand may press the key before htmx knows the new link, and the click would leave the page.
  const press = () => {
    const link = document.querySelector(`#evidence [data-do="${what}"]`);
    if (link) htmx.ajax("GET", link.getAttribute("hx-get"), { target: link.getAttribute("hx-target") });
  };
  // Where a finding is chosen, the pane may offer to change the line that it names.
  if (!line || line === chosen()) {
    press();
    return;
  }
  document.addEventListener("htmx:afterSettle", press, { once: true });
  choose(line);
}

// A line's own button: a mark for the signature in the evidence pane, a yes or no under the line. It is sent as htmx would send it, not
// pressed, and only once the pane is this line's: a fast hand is ahead of both.
async function press(find) {
  const line = current();
  if (!line) return;
  if (line !== chosen()) await choose(line);
  const button = document.querySelector(find(line.dataset.line));
  if (!button) return;
  const { form } = button;
  const values = Object.fromEntries(new FormData(form, button));
  htmx.ajax("POST", form.getAttribute("hx-post"), { source: form, target: "#plan", swap: "outerHTML", values });
}

const MARK = (line) => `#evidence form[hx-post$="/lines/${line}/mark"] button`;
// What a second reader would do with the line: the same keys, and the document stays as it is.
const reading = () => document.querySelector("#second") && document.querySelector("#evidence [data-say]");
const says = (said) => press(() => `#evidence [data-say="${said}"]`);

const approve = () => {
  if (!document.activeElement?.closest(".line")) act("approve");
  else if (reading()) says("approve");
  else press(MARK);
};
const place = (way) => press((line) => `#evidence form[hx-post*="/lines/${line}/"] [data-move="${way}"]`);
const cite = () => press((line) => `#evidence form[hx-post*="/lines/${line}/"] [data-cite]`);
const answer = (said) => press((line) => `#asks-${line} [data-answer="${said}"]`);

// A question to her that has the cursor, or the only one on the page: answered, or, where she proves who she is, its form opened.
function reply(said) {
  const all = [...document.querySelectorAll("[data-question]:has([data-say])")];
  const at = document.activeElement?.closest("[data-question]:has([data-say])") ?? (all.length === 1 ? all[0] : null);
  const button = at?.querySelector(`[data-say="${said}"]`);
  if (button?.matches("summary")) {
    button.parentElement.open = true;
    button.parentElement.querySelector("input:not([type=hidden])")?.focus();
  } else button?.click();
  return Boolean(button);
}

// The call of the row under the cursor; without a row, the only one on the page.
function calling() {
  const all = document.querySelectorAll("[data-call-up]");
  return document.activeElement?.closest("tr")?.querySelector("[data-call-up]") ?? (all.length === 1 ? all[0] : null);
}

// One of the reasons in a form that stands open under a line; elsewhere a choice of the call.
function nth(number) {
  const one = document.querySelector(`.edit [data-nth="${number}"]`);
  if (!one) return pick(number);
  one.checked = true;
  one.focus();
}

// The next part that is folded, from where the cursor is on; else the first.
function following(here) {
  const all = [...document.querySelectorAll("details.fold:not([open])")];
  return all.find((part) => here && here.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING) ?? all[0];
}

// Folds the part whose line has the cursor; from anywhere else it unfolds one after the other.
function fold() {
  const cursor = document.activeElement;
  const here = cursor?.closest("details.fold");
  const folds = Boolean(here?.open && cursor.closest(".line"));
  const part = folds || (here && !here.open) ? here : following(here);
  if (!part) return;
  part.open = !folds;
  if (part.open) unfold(part);
  part.querySelector("summary").focus();
}

// Enter where nothing has the cursor opens what the page shows as chosen.
function open() {
  const line = chosen();
  line?.querySelector(":scope > a").focus();
  if (line) choose(line);
}

function help(show) {
  const panel = document.getElementById("help");
  panel.hidden = show === undefined ? !panel.hidden : !show;
}

// The folded pages of the head, the first of them with the cursor; once more folds them.
function pages() {
  const more = document.querySelector("[data-more]");
  if (!more) return;
  more.open = !more.open;
  more.querySelector(more.open ? "a" : "summary").focus();
}

// Nothing stands over the page once the cursor has gone on.
function watchPages() {
  const more = document.querySelector("[data-more]");
  const away = (at) => { if (more.open && at && !more.contains(at)) more.open = false; };
  more?.addEventListener("focusout", (event) => away(event.relatedTarget));
  if (more) document.addEventListener("click", (event) => away(event.target));
}

function rows(step) {
  const all = [...document.querySelectorAll("[data-row]")];
  const at = all.indexOf(document.activeElement);
  all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
}

// To a numbered row: two digits in a row are one number where there are so many rows.
const TOGETHER = 900;
let typed = "";
let typedAt = 0;
function jump(digit) {
  const all = [...document.querySelectorAll("[data-numbered] [data-row]")];
  if (!all.length) return nth(digit);
  const now = performance.now();
  const both = now - typedAt < TOGETHER ? Number(`${typed}${digit}`) : digit;
  const number = both <= all.length ? both : digit;
  typed = String(number);
  typedAt = now;
  all[number - 1]?.focus();
}

// The next step of the row under the cursor; without a cursor, of the first row.
const proceed = () => (document.activeElement?.closest("tr") ?? document).querySelector("[data-next]")?.click();

function escape() {
  help(false);
  if (document.activeElement?.closest("[data-more][open]")) return pages();
  for (const open of document.querySelectorAll("[data-act][open]")) open.open = false;
  const slot = document.activeElement?.closest(".edit");
  const field = slot?.querySelector("textarea");
  // Words that somebody typed are not thrown away by a key: the first Escape only leaves the field.
  if (field && field === document.activeElement && field.value !== field.defaultValue) slot.closest(".line").querySelector(":scope > a").focus();
  else if (slot) slot.querySelector("[data-close]")?.click();
  else if (document.activeElement !== document.body) document.activeElement.blur?.();
}

const KEYS = {
  j: () => (document.querySelector("main.review") ? move(1) : rows(1)),
  k: () => (document.querySelector("main.review") ? move(-1) : rows(-1)),
  J: () => place("down"),
  K: () => place("up"),
  a: approve,
  s: () => (document.querySelector("[data-main]") ?? { focus: () => act("approve") }).focus(),
  y: () => reply("yes") || answer("yes"),
  n: () => reply("no") || answer("no"),
  m: () => reply("call_me"),
  b: () => change("back"),
  e: () => change("amend"),
  x: () => change("strike"),
  i: cite,
  r: () => act("return"),
  R: () => act("reject"),
  c: () => (calling() ?? document.querySelector("[data-claim]"))?.click(),
  o: () => document.querySelector("[data-release]")?.click(),
  u: () => (document.querySelector("[data-back]:not([hidden])")?.click() ?? document.querySelector("[data-undo]")?.focus()),
  ...Object.fromEntries([...Array(10).keys()].map((digit) => [digit, () => jump(digit)])),
  d: proceed,
  f: fold,
  F: () => document.querySelector("[data-unfold]")?.click(),
  "/": () => document.getElementById("find")?.focus(),
  "?": () => help(),
};

export function watchKeys() {
  let before = "";
  const box = document.querySelector("[data-keys-off]");
  if (box) {
    box.checked = localStorage.getItem(OFF) === "1";
    box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "1" : "0"));
  }
  watchPages();
  document.querySelector("[data-help]")?.addEventListener("click", (event) => {
    event.preventDefault();
    help();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return escape();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "Enter" && document.activeElement === document.body) return open();
    if (localStorage.getItem(OFF) === "1") return;
    const after = before;
    before = event.key;
    if (after === "g" && event.key === "p") return location.assign(document.body.dataset.panel);
    if (after === "g" && event.key === "q") return location.assign(document.body.dataset.queue);
    if (after === "g" && event.key === "d") return location.assign(document.body.dataset.draft);
    if (after === "g" && event.key === "m") {
      event.preventDefault();
      return pages();
    }
    const press = KEYS[event.key];
    if (!press) return;
    event.preventDefault();
    press();
  });
}
