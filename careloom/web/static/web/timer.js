// How long somebody has worked on this plan: seconds in which the page was seen and touched, kept for this tab.
const IDLE = 60_000;
const key = () => `careloom-time:${location.pathname.split("/")[2]}`;

const shown = (seconds) =>
  [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");

export function watchTime() {
  if (!document.querySelector("[data-timer]")) return;
  let seconds = Number(sessionStorage.getItem(key())) || 0;
  let last = Date.now();
  const print = () => {
    // Asked for anew each time: the action bar is replaced while she works.
    const timer = document.querySelector("[data-timer]");
    if (!timer) return;
    timer.hidden = false;
    timer.querySelector("b").textContent = shown(seconds);
  };
  for (const name of ["keydown", "pointerdown", "pointermove", "scroll"]) {
    addEventListener(name, () => { last = Date.now(); }, { passive: true });
  }
  print();
  document.addEventListener("htmx:afterSettle", print);
  setInterval(() => {
    if (document.visibilityState === "visible" && Date.now() - last < IDLE) {
      seconds += 1;
      sessionStorage.setItem(key(), String(seconds));
    }
    print();
  }, 1000);
}
