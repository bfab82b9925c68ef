// A picture that is wider than the screen opens where its newest part is; `data-newest` is that place in the picture's own units.
export function showNewest() {
  for (const box of document.querySelectorAll(".scrolls[data-newest]")) {
    const picture = box.querySelector("svg");
    const drawn = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
    box.scrollLeft = box.dataset.newest * drawn - box.clientWidth / 2;
  }
}
