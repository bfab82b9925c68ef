// The sign on the door: who leaves a document's page takes her name off it. A page that dies does so by itself after some minutes.
export function watchDoor() {
  const door = document.querySelector("[data-left]");
  if (!door || door.dataset.page === "0") return;
  addEventListener("pagehide", () => {
    const body = new URLSearchParams({ page: door.dataset.page });
    const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] };
    fetch(door.dataset.left, { method: "POST", body, headers, keepalive: true, credentials: "same-origin" }).catch(() => {});
  });
}
