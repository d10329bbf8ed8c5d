// Saves every number of a count as soon as it is typed or scanned, so that it is compared with the books of that moment.
"use strict";

(() => {
  const scope = document.querySelector("form[data-scope]");
  if (scope) {
    const show = () => {
      const what = scope.querySelector("[name=what]:checked")?.value;
      for (const name of ["category", "codes"])
        scope.querySelector(`[data-field=${name}]`).hidden = what !== name;
    };
    scope.addEventListener("change", show);
    show();
  }

  const panel = document.querySelector("[data-count]");
  if (!panel) return;
  const words = JSON.parse(document.getElementById("count-words").textContent);
  const form = document.getElementById("count-form");
  const code = document.getElementById("count-code");
  const each = document.getElementById("count-each");
  const said = document.getElementById("count-said");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

  const say = (text, wrong = false) => {
    said.textContent = text;
    said.classList.toggle("is-wrong", wrong);
  };
  const signed = (number) => (number > 0 ? `+${number}` : `${number}`);
  const row = (item) => form.querySelector(`tr[data-item="${item}"]`);

  const send = async (values) => {
    try {
      const answer = await fetch(panel.dataset.count, {
        method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(values),
      });
      const body = await answer.json().catch(() => ({ error: words.failed }));
      return answer.ok ? body : { error: body.error || words.failed, isUnsure: answer.status >= 500 };
    } catch {
      return { error: words.offline, isUnsure: true };
    }
  };

  const paint = (line) => {
    const place = row(line.item);
    if (!place) return;
    const empty = line.counted === null;
    const input = place.querySelector(`[name=item_${line.item}]`);
    if (document.activeElement !== input) input.value = empty ? "" : line.counted;
    place.querySelector(`[name=was_${line.item}]`).value = empty ? "" : line.counted;
    place.querySelector("[data-expected]").textContent = line.expected;
    place.querySelector("[data-difference]").textContent = empty ? "—" : signed(line.difference);
    place.classList.add("is-saved");
    place.classList.remove("is-unsaved", "is-short");
  };

  const tell = (line) => {
    const counted = line.counted === null ? "—" : line.counted;
    say(`${line.title} · ${words.counted} ${counted}${line.difference ? ` (${signed(line.difference)})` : ""}`);
  };

  const save = async (input) => {
    const place = input.closest("tr");
    const answer = await send({ item: place.dataset.item, units: input.value.trim() });
    if (answer.error) {
      place.classList.add("is-unsaved");
      say(answer.error, true);
      return;
    }
    paint(answer);
    tell(answer);
  };

  // The server counts a scan once by its reference. A code that is scanned again because nobody knows whether the first
  // time arrived is sent under the same one; a key pressed again before the answer, with nothing typed anew, is no scan.
  const unsure = [];
  let sending = null;
  const reference = () => // not randomUUID, which browsers keep from pages without https
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const add = async (text) => {
    const before = unsure.findIndex((scanned) => scanned.text === text);
    const scanned = before < 0 ? { text, ref: reference() } : unsure.splice(before, 1)[0];
    sending = scanned;
    const answer = await send({ code: text, units: 1, add: 1, ref: scanned.ref });
    if (sending === scanned) sending = null;
    if (answer.isUnsure) unsure.push(scanned);
    return answer;
  };
  code.addEventListener("input", () => { sending = null; });

  const scan = async () => {
    const text = code.value.trim();
    if (!text || (each.checked && sending)) return;
    code.select(); // what is scanned next takes its place, even before the answer
    const answer = await (each.checked ? add(text) : send({ code: text }));
    if (answer.error) return say(`${text}：${answer.error}`, true);
    tell(answer);
    if (each.checked) return paint(answer);
    const place = row(answer.item);
    if (!place) {
      window.location = `?q=${encodeURIComponent(text)}`;
      return;
    }
    const input = place.querySelector(".is-count");
    place.scrollIntoView({ block: "center" });
    input.focus();
    input.select();
  };

  code.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    scan();
  });
  form.addEventListener("change", (event) => {
    if (event.target.classList.contains("is-count")) save(event.target);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.classList.contains("is-count")) return;
    event.preventDefault();
    code.value = "";
    code.focus();
  });
  form.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
  if (new URLSearchParams(window.location.search).has("q")) form.querySelector(".is-count")?.focus();
  else if (window.matchMedia("(min-width: 640px)").matches) code.focus();
})();
