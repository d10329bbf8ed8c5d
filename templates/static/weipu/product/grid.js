// The grid of SKUs on the page: option types with their values, and a table that is filled like a spreadsheet.
(() => {
  "use strict";
  const COLUMNS = ["price", "list_price", "cost_price", "member_price", "stock", "weight", "barcode", "code"];
  const NUMERIC = new Set(["price", "list_price", "cost_price", "member_price"]);

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

  class Grid {
    constructor(box) {
      this.box = box;
      this.words = json(box, "words");
      this.templates = json(box, "templates");
      this.errors = json(box, "errors");
      this.field = box.querySelector("input[data-value]");
      this.most = Number(box.dataset.mostSkus);
      this.mayStock = box.dataset.mayStock === "1";
      this.model = new window.WeipuVariantModel(json(box, "data"), this.errors);
      this.optionsBox = box.querySelector("[data-options]");
      this.table = box.querySelector("table");
      this.note = box.querySelector("[data-note]");
      this.fillTexts = {};
      this.draw();
      this.field.form.addEventListener("submit", () => this.store(), { capture: true });
    }

    store() { this.field.value = this.model.count() > this.most ? this.field.value : this.model.serialise(); }

    changed() {
      this.store();
      this.field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    draw() {
      this.drawOptions();
      this.drawTable();
      this.store();
    }

    structureChanged() { this.draw(); this.changed(); }

    drawOptions() {
      const { model, words } = this;
      this.optionsBox.replaceChildren(...model.options.map((option, at) => this.optionBox(option, at)));
      const room = model.options.length < Number(this.box.dataset.mostOptions);
      const add = make("button", { type: "button", class: "weipu-button", onclick: () => {
        model.addOption("");
        this.structureChanged();
        [...this.optionsBox.querySelectorAll(".weipu-option-name")].at(-1).focus();
      } }, words.add_option);
      const choose = make("select", { class: "weipu-select", "aria-label": words.template, onchange: (event) => {
        const template = this.templates[Number(event.target.value)];
        if (template) template.options.forEach((one) => this.takeOver(one));
        this.structureChanged();
      } }, make("option", { value: "" }, words.template),
        ...this.templates.map((template, number) => make("option", { value: number }, template.name)));
      this.optionsBox.append(make("div", { class: "weipu-bar" }, room ? add : null, this.templates.length ? choose : null));
    }

    // A template adds what is missing: values to an option type of the same name, else the type itself.
    takeOver(wanted) {
      const { model } = this;
      let at = model.options.findIndex((option) => option.name === wanted.name);
      if (at < 0) {
        if (model.options.length >= Number(this.box.dataset.mostOptions)) return;
        model.addOption(wanted.name);
        at = model.options.length - 1;
      }
      wanted.values.forEach((text) => model.addValue(at, text));
    }

    optionBox(option, at) {
      const { model, words } = this;
      const name = make("input", { type: "text", class: "weipu-input weipu-option-name", maxlength: 20,
        placeholder: words.option_name, "aria-label": words.option_name, value: option.name,
        oninput: (event) => { option.name = event.target.value; this.drawTable(); this.changed(); } });
      const values = make("div", { class: "weipu-chips" },
        ...option.values.map((value, place) => this.chip(at, value, place)), this.newValue(at));
      const move = (to) => () => { if (model.moveOption(at, to)) this.structureChanged(); };
      const reasons = Object.entries(this.errors).filter(([key]) => key.startsWith(`options[${at}]`)).map(([, why]) => why);
      return make("div", { class: "weipu-option" },
        make("div", { class: "weipu-option-head" }, name,
          make("button", { type: "button", class: "weipu-icon", title: words.up, "aria-label": words.up, disabled: at === 0,
            onclick: move(at - 1) }, "↑"),
          make("button", { type: "button", class: "weipu-icon", title: words.remove, "aria-label": words.remove,
            onclick: () => { model.removeOption(at); this.structureChanged(); } }, "×")),
        values, reasons.length ? make("p", { class: "weipu-wrong" }, reasons.join("；")) : null);
    }

    chip(at, value, place) {
      const { model, words } = this;
      const input = make("input", { type: "text", maxlength: 60, value: value.text, "aria-label": words.value,
        size: Math.max(2, value.text.length * 2), title: words.move_hint,
        oninput: (event) => {
          value.text = event.target.value;
          event.target.size = Math.max(2, value.text.length * 2);
          this.drawTable();
          this.changed();
        },
        onkeydown: (event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (event.key === "Enter") event.preventDefault();
          if (!event.altKey || !step) return;
          event.preventDefault();
          if (model.moveValue(at, place, place + step)) {
            this.structureChanged();
            this.optionsBox.querySelectorAll(".weipu-option")[at].querySelectorAll(".weipu-chip input")[place + step].focus();
          }
        } });
      const chip = make("span", { class: "weipu-chip", draggable: "true",
        ondragstart: (event) => { this.dragged = { at, place }; event.dataTransfer.setData("text/plain", value.text); },
        ondragover: (event) => { if (this.dragged && this.dragged.at === at) event.preventDefault(); },
        ondrop: (event) => {
          event.preventDefault();
          if (this.dragged && model.moveValue(at, this.dragged.place, place)) this.structureChanged();
          this.dragged = null;
        } },
        input, make("button", { type: "button", "aria-label": `${words.remove} ${value.text}`,
          onclick: () => { model.removeValue(at, value.id); this.structureChanged(); } }, "×"));
      return chip;
    }

    newValue(at) {
      const { model, words } = this;
      const take = (input, again) => {
        const texts = input.value.split(/[、,，;；\n\t]+/);
        input.value = "";
        const added = texts.map((text) => model.addValue(at, text)).some(Boolean);
        if (!added) return;
        this.structureChanged();
        if (again) this.optionsBox.querySelectorAll(".weipu-option")[at].querySelector(".weipu-new-value").focus();
      };
      return make("input", { type: "text", class: "weipu-new-value", placeholder: words.new_value, maxlength: 600,
        "aria-label": words.new_value,
        onkeydown: (event) => {
          if (event.key === "Enter" || event.key === "、" || event.key === ",") {
            event.preventDefault();
            take(event.target, true);
          } else if (event.key === "Backspace" && !event.target.value && model.options[at].values.length) {
            event.preventDefault();
            const last = model.options[at].values.at(-1);
            model.removeValue(at, last.id);
            this.structureChanged();
            this.optionsBox.querySelectorAll(".weipu-option")[at].querySelector(".weipu-new-value").focus();
          }
        },
        onpaste: (event) => { setTimeout(() => take(event.target, true)); },
        onblur: (event) => take(event.target, false) });
    }

    columns() { return COLUMNS.filter((name) => name !== "stock" || this.mayStock || this.model.rows.some((row) => row.stock)); }

    drawTable() {
      const { model, words } = this;
      const count = model.count();
      this.note.textContent = count > this.most ? words.too_many.replace("%d", count) : words.count.replace("%d", count);
      this.note.classList.toggle("weipu-wrong", count > this.most);
      const general = Object.entries(this.errors).filter(([key]) => !/^(rows|options)\[/.test(key)).map(([, why]) => why);
      this.box.querySelector("[data-errors-shown]").textContent = general.join("；");
      if (count > this.most) { this.table.replaceChildren(); return; }
      const options = model.active;
      const columns = this.columns();
      const head = make("tr", {}, options.length ? make("th", {}, words.on) : null,
        ...options.map((option) => make("th", {}, option.name || words.option_name)),
        make("th", {}, words.picture), ...columns.map((name) => make("th", {}, words[name])));
      const body = make("tbody", {}, ...model.visible().map((row, number) => this.row(row, number, options, columns)));
      this.table.replaceChildren(make("thead", {}, head, count > 1 ? this.fillRow(options, columns) : null), body);
    }

    // One text for a whole column, or for the rows with one value.
    fillRow(options, columns) {
      const { model, words } = this;
      const choose = make("select", { class: "weipu-select", "aria-label": words.fill_for },
        make("option", { value: "" }, words.fill_all),
        ...options.flatMap((option) => option.values.map((value) =>
          make("option", { value: value.id }, `${option.name}：${value.text}`))));
      choose.value = String(this.fillFor || "");
      choose.addEventListener("change", () => { this.fillFor = Number(choose.value) || 0; });
      const apply = () => {
        columns.filter((name) => this.fillTexts[name]).forEach((name) => model.fill(name, this.fillTexts[name], this.fillFor));
        this.fillTexts = {};
        this.drawTable();
        this.changed();
      };
      const cells = columns.map((name) => make("td", { "data-label": words[name], class: `is-${name}` },
        name === "code" || (name === "stock" && !this.mayStock) ? null : make("input", {
          type: "text", class: "weipu-input", placeholder: words.fill_hint, "aria-label": `${words.fill} ${words[name]}`,
          value: this.fillTexts[name] || "", inputmode: name === "barcode" ? "text" : "decimal",
          oninput: (event) => { event.stopPropagation(); this.fillTexts[name] = event.target.value.trim(); },
          onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); apply(); } } })));
      return make("tr", { class: "weipu-fill" },
        make("td", { colspan: options.length + 2, "data-label": words.fill_for },
          make("span", { class: "weipu-fill-for" }, choose,
            make("button", { type: "button", class: "weipu-button", onclick: apply }, words.fill))), ...cells);
    }

    row(row, number, options, columns) {
      const { model, words } = this;
      const names = model.textOf(row).map((text, at) => make("th", { scope: "row", "data-label": options[at].name }, text));
      const cells = columns.map((name, column) => make("td", { "data-label": words[name], class: `is-${name}` },
        this.cell(row, name, number, column), row.errors[name] ? make("small", { class: "weipu-wrong" }, row.errors[name]) : null));
      const toggle = make("input", { type: "checkbox", "aria-label": `${words.on} ${model.textOf(row).join(" ")}`,
        checked: row.on, onchange: (event) => { row.on = event.target.checked; this.drawTable(); this.changed(); } });
      return make("tr", { class: row.on ? "" : "is-off" },
        options.length ? make("td", { "data-label": words.on, class: "is-on" }, toggle) : null, ...names,
        make("td", { "data-label": words.picture, class: "is-picture" }, this.picture(row)), ...cells);
    }

    cell(row, name, number, column) {
      const { words } = this;
      const fixed = !row.on || (name === "stock" && !this.mayStock);
      return make("input", { type: "text", class: `weipu-input${row.errors[name] ? " is-wrong" : ""}`, value: row[name],
        inputmode: NUMERIC.has(name) ? "decimal" : ["stock", "weight"].includes(name) ? "numeric" : "text",
        placeholder: name === "code" ? words.automatic : "", disabled: fixed, autocomplete: "off",
        maxlength: name === "code" ? 80 : 32, "aria-label": `${words[name]} ${this.model.textOf(row).join(" ")}`,
        "aria-invalid": row.errors[name] ? "true" : null, id: row.errors[name] ? `${row.place}.${name}` : null, "data-row": number, "data-column": column,
        oninput: (event) => { row[name] = event.target.value.trim(); delete row.errors[name]; this.store(); },
        onkeydown: (event) => this.walk(event, number, column),
        onpaste: (event) => this.paste(event, number, column) });
    }

    walk(event, number, column) {
      const { selectionStart, selectionEnd, value } = event.target;
      const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] };
      if (event.key === "ArrowLeft" && selectionStart === 0 && selectionEnd === 0) steps.ArrowLeft = [0, -1];
      if (event.key === "ArrowRight" && selectionStart === value.length) steps.ArrowRight = [0, 1];
      const step = steps[event.key];
      if (!step || event.isComposing) return;
      event.preventDefault();
      const next = this.at(number + step[0], column + step[1]);
      if (next) { next.focus(); next.select(); }
    }

    at(number, column) { return this.table.querySelector(`[data-row="${number}"][data-column="${column}"]`); }

    // A block copied from a spreadsheet goes into the cells right of and below this one.
    paste(event, number, column) {
      const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
      if (!/[\t\n]/.test(text)) return;
      event.preventDefault();
      const rows = this.model.visible();
      const columns = this.columns();
      text.split("\n").forEach((line, down) => line.split("\t").forEach((piece, right) => {
        const row = rows[number + down];
        const name = columns[column + right];
        if (!row || !name || !row.on || (name === "stock" && !this.mayStock)) return;
        row[name] = NUMERIC.has(name) ? piece.trim().replace(/[¥￥,]/g, "") : piece.trim();
        delete row.errors[name];
      }));
      this.drawTable();
      this.changed();
      this.at(number, column).focus();
    }

    picture(row) {
      const { words } = this;
      const button = make("button", { type: "button", class: "weipu-row-picture", title: words.choose_picture,
        "aria-label": `${words.choose_picture} ${this.model.textOf(row).join(" ")}`, disabled: !row.on,
        onclick: () => this.choosePicture(row, button) },
        row.picture_url ? make("img", { src: row.picture_url, alt: "" }) : "+");
      return button;
    }

    // The row's picture is one of the product's own: those that stand in its picture field now.
    choosePicture(row, button) {
      const { words } = this;
      this.box.querySelector(".weipu-picture-menu")?.remove();
      const pictures = [...document.querySelectorAll("[data-pictures] [data-key]")].map((item) => (
        { key: item.dataset.key, url: item.querySelector("img")?.src || "" })).filter((item) => item.key && item.url);
      const set = (key, url) => () => { row.picture = key; row.picture_url = url; this.drawTable(); this.changed(); };
      const menu = make("span", { class: "weipu-picture-menu", onkeydown: (event) => { if (event.key === "Escape") menu.remove(); } },
        ...pictures.map((item) => make("button", { type: "button", onclick: set(item.key, item.url) }, make("img", { src: item.url, alt: "" }))),
        pictures.length ? null : make("span", {}, words.no_pictures),
        row.picture ? make("button", { type: "button", class: "weipu-link", onclick: set("", "") }, words.remove) : null,
        make("button", { type: "button", class: "weipu-link", onclick: () => menu.remove() }, words.close));
      button.after(menu);
      menu.querySelector("button").focus();
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-variants]").forEach((box) => { box.grid = new Grid(box); });
  });
})();
