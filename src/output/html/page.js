"use strict";
// Filters and keys. Without scripts the page shows everything.
const form = document.querySelector("form");
const articles = [...document.querySelectorAll("article")];
const count = document.querySelector("#count");

function shown() {
  return articles.filter((it) => !it.hidden);
}

function filter() {
  const wanted = Object.fromEntries(new FormData(form));
  const text = (wanted.text || "").toLowerCase();
  for (const it of articles) {
    const classes = it.dataset.classes.split("\n");
    const files = it.dataset.files.split("\n");
    it.hidden =
      (wanted.rule && it.dataset.code !== wanted.rule) ||
      (wanted.class && !classes.includes(wanted.class)) ||
      (wanted.file && !files.includes(wanted.file)) ||
      (text && !it.textContent.toLowerCase().includes(text)) ||
      false;
  }
  count.textContent = `${shown().length} of ${articles.length} shown`;
}

function move(step) {
  const list = shown();
  if (list.length === 0) return;
  const at = list.indexOf(document.activeElement.closest("article"));
  const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : at + step;
  const target = list[Math.max(0, Math.min(list.length - 1, next))];
  target.focus();
  target.scrollIntoView({ block: "start" });
}

if (form) {
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select");
  if (event.key === "Escape" && typing) {
    form.reset();
    filter();
    event.target.blur();
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j") move(1);
  if (event.key === "k") move(-1);
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("input").focus();
  }
});
