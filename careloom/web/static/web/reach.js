// When the network or the server is slow or gone: said in words, nothing sent twice, nothing lost by a second press.
import { end } from "./ending.js";
import { measure } from "./lines.js";
import { said } from "./words.js";

const clock = () => new Date().toTimeString().slice(0, 5);

function say(words) {
  const notice = document.getElementById("notice");
  if (!notice) return;
  notice.classList.remove("good");
  notice.textContent = words;
  measure();
}

export function watchReach() {
  const since = clock();
  const gone = () => say(said("gone", { since }));
  document.addEventListener("htmx:sendError", gone);
  document.addEventListener("htmx:timeout", gone);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("hx-post")) return;
    if (!navigator.onLine) {
      event.preventDefault();
      gone();
    } else if (form.dataset.sent) {
      event.preventDefault();
    } else if (form.getAttribute("action") === document.body.dataset.signOut) {
      event.preventDefault();
      form.dataset.sent = "1";
      sessionStorage.clear();
      end().then(() => form.submit());
    } else if (form.dataset.busy) {
      form.dataset.sent = "1";
      const words = document.createElement("p");
      words.className = "small";
      words.setAttribute("role", "status");
      words.textContent = form.dataset.busy;
      form.append(words);
    }
  });
  // A page that comes back from the browser's memory may be sent again; the server refuses what is outdated.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
