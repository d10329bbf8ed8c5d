// The tiers of a rule: a threshold each, and what is given from there on.
(() => {
  "use strict";
  const { json, make, tell, find } = window.weipuParts;

  function tiers(box) {
    const field = box.querySelector("input[data-value]");
    const [words, columns, units, errors] = ["words", "columns", "units", "errors"].map((name) => json(box, name));
    const coupons = json(box, "coupons");
    const { unit, times, tiers: rows, names } = json(box, "data");
    const rule = { unit, times, tiers: rows };
    const most = Number(box.dataset.most);
    const list = make("div", { class: "weipu-stack weipu-chosen" });
    const said = make("p", { class: "weipu-wrong", role: "status" });
    rows.forEach((row, at) => {
      row.errors = Object.fromEntries(["threshold", ...columns].map((name) => [name, errors[`tiers[${at}].${name}`]]));
    });
    const repeated = () => Number(rule.times) > 1;
    const fill = () => {
      field.value = JSON.stringify({ ...rule, tiers: rule.tiers.map(({ errors: _wrong, ...row }) => row) });
    };
    const store = () => { fill(); tell(field); };
    const redraw = () => { draw(); store(); };

    const cell = (row, at, name, label) => {
      const wrong = row.errors?.[name];
      const whole = name === "points" || (name === "threshold" && rule.unit === "units");
      return make("label", { class: "weipu-tier-cell" }, make("span", { class: "weipu-soft" }, label),
        make("input", { type: "text", class: `weipu-input${wrong ? " is-wrong" : ""}`, value: row[name] || "", maxlength: 12,
          inputmode: whole ? "numeric" : "decimal", autocomplete: "off", "data-cell": name, "aria-invalid": wrong ? "true" : null,
          "aria-label": `${words.tier.replace("%d", at + 1)} ${label}`,
          oninput: (event) => {
            row[name] = event.target.value.trim();
            event.target.classList.remove("is-wrong");
            store();
          } }),
        wrong ? make("small", { class: "weipu-wrong" }, wrong) : null);
    };

    // Only coupons that the shop gives now are offered; one that it gives no longer must be chosen anew.
    const coupon = (row, at) => {
      const wrong = row.errors?.coupon;
      const option = (value, text) => make("option", { value, selected: (row.coupon || "") === value }, text);
      return make("label", { class: "weipu-tier-cell is-wide" }, make("span", { class: "weipu-soft" }, words.coupon),
        make("select", { class: `weipu-input${wrong ? " is-wrong" : ""}`, "data-cell": "coupon", "aria-invalid": wrong ? "true" : null,
          "aria-label": `${words.tier.replace("%d", at + 1)} ${words.coupon}`,
          onchange: (event) => { row.coupon = event.target.value; event.target.classList.remove("is-wrong"); store(); } },
        option("", words.none), ...coupons.map(([ref, text]) => option(ref, text))),
        wrong ? make("small", { class: "weipu-wrong" }, wrong) : null);
    };

    const chosen = (row, at) => make("ul", { class: "weipu-related" }, ...(row.gifts || []).map((gift, place) => make("li", {},
      make("span", { class: "weipu-product" }, names[gift.sku] || ""),
      make("input", { type: "text", class: "weipu-input weipu-few", inputmode: "numeric", value: gift.quantity, maxlength: 2,
        "aria-label": `${words.tier.replace("%d", at + 1)} ${words.quantity}`,
        oninput: (event) => { gift.quantity = event.target.value.trim(); store(); } }),
      make("button", { type: "button", class: "weipu-icon", "aria-label": `${words.remove} ${names[gift.sku] || ""}`,
        onclick: () => { row.gifts.splice(place, 1); redraw(); } }, "×"))));
    // A product with several SKUs asks which of them is given.
    const offer = async (row, product, place) => {
      const address = `${box.closest("form").querySelector("[data-skus]").dataset.skus}?code=${encodeURIComponent(product.code)}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
      said.textContent = answer?.ok ? "" : words.lost;
      if (!answer?.ok) return;
      const [found] = (await answer.json()).results;
      const take = (sku) => () => {
        names[sku.sku] = `${found.title} ${sku.text}`.trim();
        row.gifts = [...(row.gifts || []), { sku: sku.sku, quantity: 1 }];
        redraw();
      };
      if (found.skus.length === 1) take(found.skus[0])();
      else place.replaceChildren(make("span", { class: "weipu-soft", role: "status" }, words.which), ...found.skus.map((sku) => (
        make("button", { type: "button", class: "weipu-button", onclick: take(sku) }, sku.text))));
    };
    const gifts = (row, at) => {
      const place = make("div", { class: "weipu-bar" });
      return make("details", { class: "weipu-more", open: Boolean(row.gifts?.length || row.errors?.gifts) },
        make("summary", {}, words.gifts), row.errors?.gifts ? make("small", { class: "weipu-wrong" }, row.errors.gifts) : null,
        chosen(row, at), ...find(box.dataset.search, words, { skip: () => false, choose: (one) => offer(row, one, place) }), place);
    };

    const tier = (row, at) => make("section", { class: "weipu-good" },
      make("div", { class: "weipu-good-head" }, make("strong", { class: "weipu-product" }, words.tier.replace("%d", at + 1)),
        rule.tiers.length > 1 ? make("button", { type: "button", class: "weipu-icon",
          "aria-label": `${words.remove} ${words.tier.replace("%d", at + 1)}`,
          onclick: () => { rule.tiers.splice(at, 1); redraw(); } }, "×") : null),
      make("div", { class: "weipu-tier" }, cell(row, at, "threshold", words[`threshold_${rule.unit}`]),
        ...["minus", "share", "cap", "points"].filter((name) => columns.includes(name)).map((name) => cell(row, at, name, words[name])),
        columns.includes("coupon") && (coupons.length || row.coupon) ? coupon(row, at) : null),
      columns.includes("free_freight") ? make("label", { class: "weipu-tick" }, make("input", { type: "checkbox",
        checked: row.free_freight === true, "data-cell": "free_freight",
        onchange: (event) => { row.free_freight = event.target.checked; store(); } }), ` ${words.free_freight}`) : null,
      columns.includes("gifts") ? gifts(row, at) : null);

    const choice = (name) => make("label", { class: "weipu-tick" }, make("input", { type: "radio", name: `${field.id}-unit`, value: name,
      checked: rule.unit === name, onchange: () => { rule.unit = name; redraw(); } }), ` ${words[name]}`);
    const repeating = () => make("div", { class: "weipu-bar" }, make("label", { class: "weipu-tick" }, make("input", {
      type: "checkbox", checked: repeated(), "data-repeat": true,
      onchange: (event) => {
        rule.times = event.target.checked ? "10" : "1";
        if (event.target.checked) rule.tiers.length = 1;
        redraw();
      } }), ` ${words.repeat}`),
    repeated() ? make("label", { class: "weipu-tick" }, `${words.times} `, make("input", { type: "text", inputmode: "numeric", maxlength: 3,
      class: "weipu-input weipu-few", value: rule.times, oninput: (event) => { rule.times = event.target.value.trim(); store(); } })) : null);

    const draw = () => list.replaceChildren(
      ...(units.length > 1 ? [make("div", { class: "weipu-bar" }, ...units.map(choice))] : []),
      ...(box.dataset.repeats === "1" ? [repeating()] : []),
      ...rule.tiers.map(tier),
      ...(rule.tiers.length < most && !repeated() ? [make("div", {}, make("button", { type: "button", class: "weipu-button",
        onclick: () => { rule.tiers.push({}); redraw(); } }, words.add))] : []));
    box.append(list, said);
    draw();
    fill();
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-tiers]").forEach(tiers));
})();
