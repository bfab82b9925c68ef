// What the scripts say, in the reader's language: the page hands the words over (present/scripts.py), and {names} in them are filled in.
let words = null;

export function said(name, filled = {}) {
  words ??= JSON.parse(document.querySelector("meta[name=words]").content);
  return words[name].replace(/\{(\w+)\}/g, (hole, key) => filled[key] ?? hole);
}
