// Nobody here: sign out and clear the screen after the site's idle minutes; while somebody reads, keep the session.
import { end } from "./ending.js";

const PING = 120_000;

export function watchIdle() {
  const { idleMinutes, signOut, here } = document.body.dataset;
  const limit = Number(idleMinutes) * 60_000;
  if (!limit) return;
  let last = Date.now();
  let pinged = last;
  const seen = () => {
    last = Date.now();
    if (last - pinged > PING) {
      pinged = last;
      fetch(here, { credentials: "same-origin" }).catch(() => {});
    }
  };
  for (const name of ["keydown", "pointerdown", "pointermove", "scroll"]) addEventListener(name, seen, { passive: true });
  setInterval(async () => {
    if (Date.now() - last < limit) return;
    const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] };
    const said = end();
    document.body.replaceChildren();
    sessionStorage.clear();
    await said;
    await fetch(signOut, { method: "POST", headers, body: new URLSearchParams({ idle: "1" }), credentials: "same-origin" }).catch(() => {});
    location.replace(`/sign-in?away=idle&next=${encodeURIComponent(location.pathname)}`);
  }, 15_000);
}
