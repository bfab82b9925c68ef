// The sign on the door: who leaves a document's page takes her name off it. A page that dies does so by itself after some minutes.
import { lastly } from "./ending.js";

export function watchDoor() {
  const door = document.querySelector("[data-left]");
  if (!door || door.dataset.page === "0") return;
  let gone = false;
  const leave = () => {
    if (gone) return undefined;
    gone = true;
    const body = new URLSearchParams({ page: door.dataset.page });
    const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] };
    return fetch(door.dataset.left, { method: "POST", body, headers, keepalive: true, credentials: "same-origin" }).catch(() => {});
  };
  addEventListener("pagehide", leave);
  lastly(leave);
}
