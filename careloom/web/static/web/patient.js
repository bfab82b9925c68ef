// The patient page and the call: which source is open, and where there is no column for it, its words under what they are of.
const narrow = matchMedia("(max-width: 56rem)");
const wide = matchMedia("(min-width: 75rem)");

const below = (record) => narrow.matches || (record.classList.contains("call") && wide.matches);

function place(link) {
  const pane = document.getElementById("evidence");
  const record = document.querySelector("main.patient");
  if (!pane || !record) return true;
  const open = link.getAttribute("aria-current") === "true";
  for (const one of record.querySelectorAll('[hx-target="#evidence"][aria-current]')) one.removeAttribute("aria-current");
  const at = below(record) && link.closest("li, td, figure");
  // Chosen once more, what stands below it is put away.
  if (open && at && at.contains(pane)) {
    pane.replaceChildren();
    record.append(pane);
    return false;
  }
  link.setAttribute("aria-current", "true");
  if (at) at.append(pane);
  else if (pane.parentElement !== record) record.append(pane);
  return true;
}

export function watchPatient() {
  if (!document.querySelector("main.patient")) return;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id === "evidence" && !place(event.detail.elt)) event.preventDefault();
  });
}
