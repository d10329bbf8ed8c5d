// Reading reviews without the mouse: j and k move, r answers, x chooses, Ctrl+Enter sends.
"use strict";

(() => {
  const cards = [...document.querySelectorAll("article[data-review]")];
  const all = document.querySelector("[data-all]");
  const boxes = () => [...document.querySelectorAll("input[type=checkbox][name=review]")];
  if (all) all.addEventListener("change", () => boxes().forEach((box) => { box.checked = all.checked; }));

  const bulk = document.getElementById("bulk");
  if (bulk) bulk.addEventListener("submit", (event) => {
    const reason = bulk.querySelector("[name=reason]");
    reason.required = event.submitter?.name === "hide";
    if (!bulk.reportValidity()) event.preventDefault();
  });

  const current = () => cards.findIndex((card) => card.contains(document.activeElement));
  const go = (index) => {
    const card = cards[Math.max(0, Math.min(cards.length - 1, index))];
    card.focus();
    card.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (typing) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches(".review-answer textarea")) {
        event.preventDefault();
        event.target.form.querySelector("[name=reply]").click();
      } else if (event.key === "Escape") event.target.closest("article")?.focus();
      return;
    }
    if (!cards.length || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = current();
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at < 0 ? 0 : at - 1);
    else if (event.key === "r" && at >= 0) cards[at].querySelector("textarea")?.focus();
    else if (event.key === "x" && at >= 0) {
      const box = cards[at].querySelector("input[name=review][type=checkbox]");
      if (box) box.checked = !box.checked;
    } else return;
    event.preventDefault();
  });

  if (window.location.hash.startsWith("#review-")) document.querySelector(window.location.hash)?.focus();
})();
