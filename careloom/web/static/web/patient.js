// The patient page: which source is open, and on a narrow screen its words under the fact that they are of.
const narrow = matchMedia("(max-width: 56rem)");

function place(link) {
  const pane = document.getElementById("evidence");
  const record = document.querySelector("main.patient");
  if (!pane || !record) return;
  for (const one of record.querySelectorAll('[hx-target="#evidence"][aria-current]')) one.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  const at = narrow.matches && link.closest("li, td, figure");
  if (at) at.append(pane);
  else if (pane.parentElement !== record) record.append(pane);
}

export function watchPatient() {
  if (!document.querySelector("main.patient")) return;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id === "evidence") place(event.detail.elt);
  });
}
