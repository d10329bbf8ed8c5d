// The grid of SKUs as data: option types, their values, and a row for every combination. No page in here.
// Values have an identity of their own, so that renaming or moving one keeps the rows, and with them the SKUs.
(() => {
  "use strict";
  const COPIED = ["price", "list_price", "cost_price", "member_price", "weight"];
  const FIELDS = ["key", "code", "barcode", "picture", "picture_url", "stock", "stock_was", ...COPIED];

  class VariantModel {
    constructor(data, errors = {}) {
      this.last = 0;
      this.options = data.options.map((option) => ({
        name: option.name,
        values: option.values.map((text) => this.value(text)),
      }));
      this.rows = data.rows.map((row, index) => ({
        ...this.emptyRow(),
        ...row,
        ids: row.values.map((number, at) => this.options[at].values[number].id),
        place: `rows[${index}]`,
        errors: this.errorsOf(errors, `rows[${index}].`),
      }));
      // What the product lacks was switched off; only values that are added now switch combinations on.
      const given = new Set(this.rows);
      this.visible().filter((row) => !given.has(row)).forEach((row) => { row.on = false; });
    }

    value(text) { return { id: ++this.last, text }; }

    emptyRow() { return { ...Object.fromEntries(FIELDS.map((name) => [name, ""])), on: true, ids: [], errors: {} }; }

    errorsOf(errors, prefix) {
      const own = Object.entries(errors).filter(([place]) => place.startsWith(prefix));
      return Object.fromEntries(own.map(([place, reason]) => [place.slice(prefix.length).split(".")[0], reason]));
    }

    // Option types without a value do not count yet.
    get active() { return this.options.filter((option) => option.values.length); }

    positions() { return this.options.map((option, at) => at).filter((at) => this.options[at].values.length); }

    combinations() {
      return this.active.reduce(
        (found, option) => found.flatMap((ids) => option.values.map((value) => [...ids, value.id])), [[]]);
    }

    count() { return this.active.reduce((product, option) => product * option.values.length, 1); }

    // The rows in the order shoppers see; a combination that is new takes its prices from its neighbour.
    visible() {
      const known = new Map(this.rows.map((row) => [row.ids.join(","), row]));
      return this.combinations().map((ids) => {
        const key = ids.join(",");
        if (!known.has(key)) {
          const like = this.rows.find((row) => row.ids.length === ids.length && row.ids.some((id) => ids.includes(id)))
            || this.rows[0];
          const row = { ...this.emptyRow(), ids };
          if (like) COPIED.forEach((name) => { row[name] = like[name]; });
          this.rows.push(row);
          known.set(key, row);
        }
        return known.get(key);
      });
    }

    textOf(row) {
      const texts = new Map(this.options.flatMap((option) => option.values.map((value) => [value.id, value.text])));
      return row.ids.map((id) => texts.get(id));
    }

    addOption(name, texts = []) {
      this.options.push({ name, values: [] });
      texts.forEach((text) => this.addValue(this.options.length - 1, text));
    }

    // The first value of a new option type is given to all rows there are: they stay the SKUs they were.
    addValue(at, text) {
      const clean = text.trim();
      const option = this.options[at];
      if (!clean || option.values.some((value) => value.text === clean)) return false;
      const value = this.value(clean);
      option.values.push(value);
      if (option.values.length === 1) {
        const place = this.positions().indexOf(at);
        this.rows.forEach((row) => row.ids.splice(place, 0, value.id));
      }
      return true;
    }

    removeValue(at, id) {
      const option = this.options[at];
      if (option.values.length === 1) {
        this.withoutPlace(this.positions().indexOf(at));
      }
      option.values = option.values.filter((value) => value.id !== id);
    }

    removeOption(at) {
      const place = this.positions().indexOf(at);
      if (place >= 0) this.withoutPlace(place);
      this.options.splice(at, 1);
    }

    // Rows that differ in nothing else become one: a stored SKU before a new one, an active before a switched-off one.
    withoutPlace(place) {
      const shown = new Set(this.visible());
      const order = [...this.rows].sort((a, b) => rank(b) - rank(a));
      function rank(row) { return (shown.has(row) ? 4 : 0) + (row.key ? 2 : 0) + (row.on ? 1 : 0); }
      const kept = new Map();
      order.forEach((row) => {
        row.ids.splice(place, 1);
        const key = row.ids.join(",");
        if (!kept.has(key)) kept.set(key, row);
      });
      this.rows = [...kept.values()];
    }

    moveValue(at, from, to) {
      const { values } = this.options[at];
      if (to < 0 || to >= values.length) return false;
      values.splice(to, 0, ...values.splice(from, 1));
      return true;
    }

    moveOption(from, to) {
      if (to < 0 || to >= this.options.length) return false;
      const before = this.active.slice();
      this.options.splice(to, 0, ...this.options.splice(from, 1));
      const order = this.active.map((option) => before.indexOf(option));
      this.rows.forEach((row) => { row.ids = order.map((place) => row.ids[place]); });
      return true;
    }

    fill(name, text, valueId) {
      this.visible().filter((row) => row.on && (!valueId || row.ids.includes(valueId))).forEach((row) => {
        row[name] = text;
        delete row.errors[name];
      });
    }

    serialise() {
      const options = this.active;
      const number = new Map(options.flatMap((option) => option.values.map((value, at) => [value.id, at])));
      return JSON.stringify({
        options: options.map((option) => ({ name: option.name, values: option.values.map((value) => value.text) })),
        rows: this.visible().map((row) => ({
          ...Object.fromEntries(FIELDS.map((name) => [name, row[name]])),
          on: row.on,
          values: row.ids.map((id) => number.get(id)),
        })),
      });
    }
  }

  window.WeipuVariantModel = VariantModel;
})();
