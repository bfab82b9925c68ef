// Passkeys: ask the browser for one (or to make one), and send what it signed with the form that stands around the button.
import { said } from "./words.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(url, body) {
  const answer = await fetch(url, { method: "POST", body, credentials: "same-origin" });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.problem || said("no answer"));
  return found.publicKey;
}

function withBytes(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) for (const one of list || []) one.id = bytes(one.id);
  return options;
}

function asJson(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (made.response[name]) response[name] = text(made.response[name]);
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} });
}

function say(button, error) {
  const ours = !(error instanceof DOMException);
  button.parentElement.querySelector("[data-said]").textContent = ours
    ? error.message
    : said("no passkey");
}

async function use(button) {
  const form = button.closest("form");
  const token = new FormData();
  token.set("csrfmiddlewaretoken", button.dataset.token);
  try {
    const options = withBytes(await post(button.dataset.passkey, token));
    form.elements.passkey.value = asJson(await navigator.credentials.get({ publicKey: options }));
    if (form.dataset.make) await make(form);
    else if (form.dataset.busy) form.requestSubmit();
    else form.submit();
  } catch (error) {
    say(button, error);
  }
}

async function make(form) {
  try {
    const options = withBytes(await post(form.dataset.make, new FormData(form)));
    form.elements.made.value = asJson(await navigator.credentials.create({ publicKey: options }));
    for (const name of ["password", "code", "passkey"]) if (form.elements[name]) form.elements[name].value = "";
    form.submit();
  } catch (error) {
    say(form.querySelector("button.main"), error);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-passkey]");
  if (button) use(button);
});
document.addEventListener("submit", (event) => {
  if (!event.target.dataset.make) return;
  event.preventDefault();
  make(event.target);
});
