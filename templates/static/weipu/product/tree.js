// The category tree: dragged with the mouse, or moved step by step with its buttons, saved as a whole.
(() => {
  "use strict";

  function start(form) {
    const status = form.querySelector("[data-status]");
    const save = form.querySelector("button[type=submit]");
    const deepest = Number(form.dataset.deepest);
    let dragged = null;

    const list = (item) => item.querySelector(":scope > .weipu-tree");
    const parent = (item) => item.parentElement.closest("li[data-pk]");
    const height = (item) => 1 + Math.max(0, ...[...list(item).children].map(height));
    const depth = (item) => (item ? 1 + depth(parent(item)) : 0);
    const fits = (item, above) => depth(above) + height(item) <= deepest;
    const mark = () => form.querySelectorAll(".is-before, .is-after, .is-inside").forEach((node) => {
      node.classList.remove("is-before", "is-after", "is-inside");
    });

    function refresh() {
      form.querySelectorAll("li[data-pk]").forEach((item) => {
        const able = (name, can) => {
          const button = item.querySelector(`:scope > .weipu-node [data-go=${name}]`);
          if (button) button.disabled = !can;
        };
        able("up", item.previousElementSibling);
        able("down", item.nextElementSibling);
        able("in", item.previousElementSibling && fits(item, item.previousElementSibling));
        able("out", parent(item));
      });
    }

    function changed() {
      if (save) save.disabled = false;
      status.textContent = "";
      refresh();
    }

    function go(item, way) {
      const above = parent(item);
      if (way === "up" && item.previousElementSibling) item.previousElementSibling.before(item);
      if (way === "down" && item.nextElementSibling) item.nextElementSibling.after(item);
      if (way === "in" && item.previousElementSibling) list(item.previousElementSibling).append(item);
      if (way === "out" && above) above.after(item);
      changed();
    }

    const zone = (event, node) => {
      const box = node.getBoundingClientRect();
      const place = (event.clientY - box.top) / box.height;
      return place < 0.3 ? "before" : place > 0.7 ? "after" : "inside";
    };

    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-go]");
      if (!button) return;
      go(button.closest("li"), button.dataset.go);
      (button.disabled ? button.closest("li").querySelector("[data-go]:not(:disabled)") : button)?.focus();
    });
    form.addEventListener("change", (event) => { if (event.target.matches("[data-shown]")) changed(); });
    form.addEventListener("dragstart", (event) => {
      dragged = event.target.closest("li[data-pk]");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.pk);
    });
    form.addEventListener("dragend", () => { dragged = null; mark(); });
    form.addEventListener("dragover", (event) => {
      const node = event.target.closest(".weipu-node");
      if (!dragged || !node || dragged.contains(node)) return;
      event.preventDefault();
      mark();
      node.classList.add(`is-${zone(event, node)}`);
    });
    form.addEventListener("drop", (event) => {
      const node = event.target.closest(".weipu-node");
      if (!dragged || !node || dragged.contains(node)) return;
      event.preventDefault();
      const target = node.closest("li");
      const where = zone(event, node);
      mark();
      if (!fits(dragged, where === "inside" ? target : parent(target))) {
        status.textContent = form.dataset.tooDeep;
        return;
      }
      if (where === "before") target.before(dragged);
      if (where === "after") target.after(dragged);
      if (where === "inside") list(target).append(dragged);
      changed();
    });
    form.addEventListener("submit", () => {
      const places = [];
      const walk = (items, above) => [...items].forEach((item) => {
        const pk = Number(item.dataset.pk);
        places.push([pk, above, item.querySelector(":scope > .weipu-node [data-shown]").checked]);
        walk(list(item).children, pk);
      });
      walk(form.querySelector(":scope > .weipu-tree").children, null);
      form.querySelector("[name=places]").value = JSON.stringify(places);
    });
    refresh();
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-tree]").forEach(start));
})();
