// The smaller parts of the product's page: tags, attributes, related products, times of the shelf.
(() => {
  "use strict";
  const json = (box, name) => JSON.parse(box.querySelector(`script[data-${name}]`).textContent);
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    });
    element.append(...children.filter((child) => child != null));
    return element;
  };
  const tell = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

  // Names typed one after the other, shown as chips; the field holds them with 、 between.
  function chips(box) {
    const field = box.querySelector("input[data-value]");
    const words = json(box, "words");
    const list = make("div", { class: "weipu-chips" });
    const entry = make("input", { type: "text", class: "weipu-new-value", placeholder: words.add, "aria-label": words.add,
      list: box.querySelector("datalist")?.id, maxlength: 200 });
    let names = field.value.split("、").filter(Boolean);
    const draw = () => {
      list.replaceChildren(...names.map((name, at) => make("span", { class: "weipu-chip is-plain" }, name,
        make("button", { type: "button", "aria-label": `${words.remove} ${name}`,
          onclick: () => { names.splice(at, 1); keep(); } }, "×"))), entry);
    };
    const keep = () => { field.value = names.join("、"); tell(field); draw(); };
    const take = () => {
      const typed = entry.value.split(/[、,，;；\s]+/).filter(Boolean);
      entry.value = "";
      if (typed.length) { names = [...new Set([...names, ...typed])]; keep(); }
    };
    entry.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (["Enter", "、", ","].includes(event.key)) { event.preventDefault(); take(); entry.focus(); }
      if (event.key === "Backspace" && !entry.value && names.length) { names.pop(); keep(); entry.focus(); }
    });
    entry.addEventListener("change", take);
    field.type = "hidden";
    box.append(list);
    draw();
  }

  // Attributes in rows; those that the category asks for are added, with values to choose from.
  function facts(box) {
    const field = box.querySelector("input[data-value]");
    const [words, templates, errors] = [json(box, "words"), json(box, "templates"), json(box, "errors")];
    const category = document.getElementById("id_category");
    const list = make("div", { class: "weipu-facts-rows" });
    let rows = JSON.parse(field.value || "[]").map((row, at) => ({ ...row, error: errors[at] }));
    const asked = () => templates[category?.value] || [];
    const store = () => {
      field.value = JSON.stringify(rows.filter((row) => row.name || row.value).map(({ name, value }) => ({ name, value })));
      tell(field);
    };
    const draw = () => {
      list.replaceChildren(...rows.map((row, at) => {
        const template = asked().find((one) => one.name === row.name);
        const suggestions = template?.values.length
          ? make("datalist", { id: `weipu-fact-${at}` }, ...template.values.map((value) => make("option", { value }))) : null;
        return make("div", { class: "weipu-fact" },
          make("input", { type: "text", class: "weipu-input", maxlength: 40, value: row.name, placeholder: words.name,
            "aria-label": words.name, oninput: (event) => { row.name = event.target.value.trim(); store(); } }),
          make("input", { type: "text", class: "weipu-input", maxlength: 2000, value: row.value,
            placeholder: template?.required ? words.required : words.value, "aria-label": `${words.value} ${row.name}`, id: `attributes[${at}]`,
            list: suggestions?.id, oninput: (event) => { row.value = event.target.value; row.error = ""; store(); } }),
          suggestions,
          make("button", { type: "button", class: "weipu-icon", "aria-label": `${words.remove} ${row.name}`,
            onclick: () => { rows.splice(at, 1); store(); draw(); } }, "×"),
          row.error ? make("small", { class: "weipu-wrong" }, row.error) : null);
      }), make("button", { type: "button", class: "weipu-button", onclick: () => {
        rows.push({ name: "", value: "" });
        draw();
        list.querySelector(".weipu-fact:last-of-type input").focus();
      } }, words.add));
    };
    const complete = () => {
      asked().filter((one) => !rows.some((row) => row.name === one.name))
        .forEach((one) => rows.push({ name: one.name, value: "" }));
      draw();
    };
    category?.addEventListener("change", complete);
    box.append(list);
    complete();
  }

  const title = (row) => make("span", { class: "weipu-product" },
    row.cover ? make("img", { src: row.cover, alt: "" }) : null, make("span", {}, row.title, make("small", {}, row.code)));

  // A box that looks products up by name, and what it found; other pages use it too.
  function find(address, words, { skip, choose }) {
    const found = make("ul", { class: "weipu-found", role: "listbox" });
    const entry = make("input", { type: "search", class: "weipu-input", placeholder: words.search, "aria-label": words.search });
    let asked = 0;
    const look = async () => {
      const mine = ++asked;
      const text = entry.value.trim();
      if (!text) { found.replaceChildren(); return; }
      const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || mine !== asked) return;
      const products = (await answer.json()).results.filter((one) => !skip(one.code));
      found.replaceChildren(...(products.length ? products.map((one) => make("li", {},
        make("button", { type: "button", role: "option", onclick: () => {
          entry.value = "";
          found.replaceChildren();
          choose(one);
          entry.focus();
        } }, title(one)))) : [make("li", { class: "weipu-soft" }, words.nothing)]));
    };
    let timer = 0;
    entry.addEventListener("input", (event) => {
      event.stopPropagation();
      clearTimeout(timer);
      timer = setTimeout(look, 250);
    });
    entry.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); look(); } });
    return [entry, found];
  }
  window.weipuParts = { json, make, tell, title, find };

  // Products that are looked for by name and put in order.
  function related(box) {
    const field = box.querySelector("input[data-value]");
    const words = json(box, "words");
    const list = make("ol", { class: "weipu-related" });
    let rows = json(box, "data");
    const keep = () => { field.value = JSON.stringify(rows.map((row) => row.code)); tell(field); draw(); };
    const move = (at, to) => () => { rows.splice(to, 0, ...rows.splice(at, 1)); keep(); };
    const draw = () => list.replaceChildren(...rows.map((row, at) => make("li", {}, title(row),
      make("button", { type: "button", class: "weipu-icon", "aria-label": `${words.up} ${row.title}`, disabled: !at,
        onclick: move(at, at - 1) }, "↑"),
      make("button", { type: "button", class: "weipu-icon", "aria-label": `${words.remove} ${row.title}`,
        onclick: () => { rows.splice(at, 1); keep(); } }, "×"))));
    const finder = find(box.dataset.search, words, {
      skip: (code) => code === box.dataset.own || rows.some((row) => row.code === code),
      choose: (one) => { rows.push(one); keep(); },
    });
    box.append(list, ...finder);
    draw();
  }

  // The time to go on the shelf is asked for only when it counts.
  function shelf(form) {
    const time = form.querySelector("[data-shelf-time]");
    const choices = [...form.querySelectorAll("[name=shelf]")];
    const show = () => { time.hidden = !choices.some((choice) => choice.checked && choice.value === "TIMED"); };
    choices.forEach((choice) => choice.addEventListener("change", show));
    if (time) show();
  }

  // A reason above the page leads to its field, or to the part of the page that shows it.
  function leading(link) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const part = document.querySelector(link.getAttribute("href"));
      const field = document.getElementById(link.dataset.place);
      const place = field?.checkVisibility() ? field : part;
      place.scrollIntoView({ block: place === part ? "start" : "center" });
      if (place === field) field.focus({ preventScroll: true });
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-chips]").forEach(chips);
    document.querySelectorAll("[data-facts]").forEach(facts);
    document.querySelectorAll("[data-related]").forEach(related);
    document.querySelectorAll("form:has([name=shelf])").forEach(shelf);
    document.querySelectorAll("[data-reasons] a").forEach(leading);
    if (document.querySelector("[data-conflict]")) return;
    window.addEventListener("load", () => document.querySelector("[data-reasons] a")?.click());
  });
})();
