// The SKUs of an activity: products looked for by name, each with its SKUs in rows.
(() => {
  "use strict";
  const { json, make, tell, title, find } = window.weipuParts;
  const yuan = (fen) => (fen / 100).toFixed(2);

  function items(box) {
    const field = box.querySelector("input[data-value]");
    const [words, columns, errors] = [json(box, "words"), json(box, "columns"), json(box, "errors")];
    const list = make("div", { class: "weipu-stack weipu-chosen" });
    const said = make("p", { class: "weipu-wrong", role: "status" });
    const goods = json(box, "data");
    const fills = {};
    goods.forEach((one) => one.skus.forEach((row) => {
      row.errors = Object.fromEntries([...columns, "sku"].map((name) => [name, errors[`items[${row.place}].${name}`]]));
    }));
    const whole = (name) => name === "units" || name === "quantity";
    const cells = () => [...list.querySelectorAll("[data-cell]")];

    const store = () => {
      const rows = goods.flatMap((one) => one.skus.map((row) => (
        Object.fromEntries([["sku", row.sku], ...columns.map((name) => [name, row[name]])]))));
      field.value = JSON.stringify(rows);
      tell(field);
    };

    // What the other column comes to: 20 % off 19.90 is 15.92.
    const hint = (row, name) => {
      if (name === "price" && Number(row.share) > 0 && Number(row.share) < 10) {
        return yuan(Math.max(row.normal - Math.floor((row.normal * (10000 - Math.round(row.share * 1000))) / 10000), 1));
      }
      if (name === "share" && row.price > 0 && row.price * 100 < row.normal) return String(Math.round((row.price * 10000) / row.normal) / 10);
      return "";
    };
    const hints = (row) => cells().filter((cell) => cell.row === row).forEach((cell) => {
      cell.placeholder = hint(row, cell.dataset.cell);
      cell.value = row[cell.dataset.cell];
    });
    // A price and a share say the same thing twice: the one typed last holds.
    const write = (row, name, text) => {
      row[name] = text;
      delete row.errors[name];
      if (text && name === "price") row.share = "";
      if (text && name === "share") row.price = "";
    };

    const walk = (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
      if (!step || event.isComposing) return;
      event.preventDefault();
      const column = cells().filter((cell) => cell.dataset.cell === event.target.dataset.cell);
      column[column.indexOf(event.target) + step]?.select();
    };

    const cell = (row, name) => {
      const wrong = row.errors[name];
      const input = make("input", { type: "text", class: `weipu-input${wrong ? " is-wrong" : ""}`, value: row[name],
        placeholder: hint(row, name), inputmode: whole(name) ? "numeric" : "decimal", autocomplete: "off", maxlength: 12,
        "data-cell": name, "aria-label": `${words[name]} ${row.text}`, "aria-invalid": wrong ? "true" : null,
        onkeydown: walk,
        oninput: () => { write(row, name, input.value.trim()); input.classList.remove("is-wrong"); hints(row); store(); } });
      input.row = row;
      return make("td", { class: `is-${name}`, "data-label": words[name] }, input,
        wrong ? make("small", { class: "weipu-wrong" }, wrong) : null);
    };

    const line = (row) => make("tr", {},
      make("th", { scope: "row", "data-label": words.sku }, row.text || words.only,
        row.errors.sku ? make("small", { class: "weipu-wrong" }, row.errors.sku) : null),
      make("td", { class: "is-number", "data-label": words.normal }, yuan(row.normal)),
      make("td", { class: "is-number", "data-label": words.left }, String(row.left)),
      ...columns.map((name) => cell(row, name)));

    const product = (one, at) => make("section", { class: "weipu-good" },
      make("div", { class: "weipu-good-head" }, title(one),
        one.gone ? make("span", { class: "weipu-wrong" }, words.gone) : null,
        make("button", { type: "button", class: "weipu-icon", "aria-label": `${words.remove} ${one.title}`,
          onclick: () => { goods.splice(at, 1); draw(); store(); } }, "×")),
      make("table", { class: "weipu-sheet" },
        make("thead", {}, make("tr", {}, ...["sku", "normal", "left", ...columns].map((name) => make("th", {
          class: ["normal", "left"].includes(name) ? "is-number" : `is-${name}` }, words[name])))),
        make("tbody", {}, ...one.skus.map(line))));

    // One text for a whole column.
    const filling = () => {
      const apply = () => {
        columns.filter((name) => fills[name]).forEach((name) => goods.forEach((one) => (
          one.skus.forEach((row) => write(row, name, fills[name])))));
        draw();
        store();
      };
      return make("div", { class: "weipu-filling" }, make("span", { class: "weipu-soft" }, words.fill),
        ...columns.map((name) => make("input", { type: "text", class: `weipu-input is-${name}`, inputmode: "decimal", autocomplete: "off",
          maxlength: 12, placeholder: words[name], "aria-label": `${words.fill} ${words[name]}`, value: fills[name] || "",
          oninput: (event) => { event.stopPropagation(); fills[name] = event.target.value.trim(); },
          onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); apply(); } } })),
        make("button", { type: "button", class: "weipu-button", onclick: apply }, words.fill_all));
    };

    const draw = () => list.replaceChildren(
      ...(goods.length ? [make("p", { class: "weipu-soft" }, columns.includes("share") ? words.or : words.empty)] : []),
      ...(goods.reduce((sum, one) => sum + one.skus.length, 0) > 1 ? [filling()] : []),
      ...goods.map(product));

    const add = async (chosen) => {
      const address = `${box.closest("form").querySelector("[data-skus]").dataset.skus}?code=${encodeURIComponent(chosen.code)}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
      said.textContent = answer?.ok ? "" : words.lost;
      if (!answer?.ok) return;
      for (const one of (await answer.json()).results) {
        if (goods.some((known) => known.code === one.code)) continue;
        one.skus.forEach((row) => { row.errors = {}; columns.forEach((name) => { row[name] ??= ""; }); });
        goods.push(one);
      }
      draw();
      store();
      cells().find((input) => goods.at(-1).skus.includes(input.row))?.focus();
    };
    const finder = find(box.dataset.search, words, { skip: (code) => goods.some((one) => one.code === code), choose: add });
    box.append(list, ...finder, said);
    draw();
    field.value = JSON.stringify(goods.flatMap((one) => one.skus.map((row) => (
      Object.fromEntries([["sku", row.sku], ...columns.map((name) => [name, row[name]])])))));
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-items]").forEach(items));
})();
