// The session is gone while words stand on the page that nobody keeps: the page stays, she signs in in another tab, and sends them then.
// Without such words whoever presses something is led to the sign-in page, as everywhere.
import { measure } from "./lines.js";
import { said } from "./words.js";

const FIELDS = "textarea, input[type=text], input:not([type])";
let out = false;

const isDoor = (address) => Boolean(address) && new URL(address, location.href).pathname === document.body.dataset.door;

// What was typed and is nowhere but here.
const unkept = () =>
  [...document.querySelectorAll(FIELDS)].some(
    (field) => !field.readOnly && field.value.trim() && field.value !== field.defaultValue && field.value !== (field.dataset.was ?? null),
  );

function tell(words, more) {
  const notice = document.getElementById("notice") ?? document.getElementById("content").insertAdjacentElement("afterbegin", document.createElement("p"));
  notice.id = "notice";
  notice.setAttribute("role", "alert");
  notice.classList.remove("good");
  notice.replaceChildren(words, ...(more ? [" ", more] : []));
  measure();
}

function signedOut() {
  out = true;
  const door = document.createElement("a");
  door.href = `${document.body.dataset.door}?away=1&sent=1`;
  door.target = "_blank";
  door.rel = "noopener";
  door.textContent = said("sign in");
  tell(said("signed out"), door);
}

// Whether she is signed in now; then this page's forms have their token anew. Somebody else who signed in here sees a page of her own.
async function isIn() {
  const answer = await fetch(document.body.dataset.still, { credentials: "same-origin", redirect: "error" });
  if (answer.status !== 204) return false;
  if (answer.headers.get("X-Whose") !== document.body.dataset.whose) {
    location.reload();
    return false;
  }
  const token = answer.headers.get("X-CSRFToken");
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  for (const button of document.querySelectorAll("[data-token]")) button.dataset.token = token;
  return true;
}

function again() {
  out = false;
  tell(said("signed in"));
  document.getElementById("notice").classList.add("good");
  for (const field of document.querySelectorAll("[data-keep]")) {
    if (field.value !== (field.dataset.was ?? field.defaultValue)) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

async function cameBack() {
  if (!out || document.visibilityState !== "visible") return;
  if (!(await isIn().catch(() => false))) return;
  again();
}

export function watchSession() {
  if (!document.body.dataset.still) return;
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr } = event.detail;
    if (xhr.getResponseHeader("X-Older")) {
      event.preventDefault();
      isIn().then((is) => (is ? again() : signedOut())).catch(signedOut);
      return;
    }
    if (!isDoor(xhr.getResponseHeader("HX-Redirect")) || !unkept()) return;
    event.preventDefault();
    signedOut();
  });
  // A form that leaves the page is asked for first where words would go with it.
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.hasAttribute("hx-post") || form.method !== "post" || form.dataset.sure || form.action === new URL(document.body.dataset.signOut, location.href).href || !unkept()) return;
    if (!navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    isIn().then((is) => {
      if (!is) return signedOut();
      form.dataset.sure = "1";
      form.requestSubmit(submitter);
      delete form.dataset.sure;
    }).catch(() => tell(said("unreached")));
  }, true);
  document.addEventListener("visibilitychange", cameBack);
  addEventListener("focus", cameBack);
}
