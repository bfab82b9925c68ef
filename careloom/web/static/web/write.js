// Narrows the entries to cite to those that hold the words typed; what is chosen stays shown.
export function watchFilter() {
  for (const field of document.querySelectorAll("[data-filter]")) {
    field.closest("[data-filter-box]").hidden = false;
    field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/);
      for (const label of document.querySelectorAll(`#${field.dataset.filter} label`)) {
        const said = label.textContent.toLowerCase();
        label.hidden = !label.querySelector("input").checked && !words.every((word) => said.includes(word));
      }
    });
  }
}
