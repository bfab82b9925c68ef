// Gives a phone the timer's page and its files where there is no network. What it keeps: that page (the study's title, the names of whom it observes)
// and files of ours; nothing of a patient stands in it.
const KEPT = "time-study";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET" || !(path.endsWith("/timer") || path.startsWith("/static/"))) return;
  event.respondWith(
    fetch(request)
      .then(async (answer) => {
        if (answer.ok && !answer.redirected) await (await caches.open(KEPT)).put(request, answer.clone());
        return answer;
      })
      .catch(async () => (await caches.match(request, { ignoreSearch: true })) ?? Response.error()),
  );
});
