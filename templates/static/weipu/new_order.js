// Offers the SKUs that fit what is typed, shows what each asks and adds rows; the form works without it too.
const { search, asked: questions, nothing, lost } = document.currentScript.dataset;
const rows = document.getElementById("goods-rows");
const list = document.createElement("ul");
list.id = "goods-offers";
list.className = "weipu-offers";
list.setAttribute("role", "listbox");
let wait = 0;
let asked = 0;

const isCode = (element) => element.matches?.("[role=combobox]");

const close = () => {
    list.parentElement?.querySelector("[role=combobox]").setAttribute("aria-expanded", "false");
    list.remove();
};

const offer = (field, skus) => {
    close();
    list.replaceChildren(...(skus.length ? skus : [{ label: nothing }]).map(({ code, label }) => {
        const item = document.createElement("li");
        item.textContent = label;
        if (code) {
            item.dataset.code = code;
            item.setAttribute("role", "option");
            const small = document.createElement("small");
            small.textContent = code;
            item.append(" ", small);
        }
        return item;
    }));
    field.setAttribute("aria-expanded", "true");
    field.setAttribute("aria-controls", list.id);
    field.closest(".weipu-goods").append(list);
};

const ask = async (field) => {
    const code = field.value.trim();
    const place = field.closest(".weipu-goods").querySelector(".weipu-asked");
    if (place.dataset.of === code) return;
    place.dataset.of = code;
    place.replaceChildren();
    if (!code) return;
    const query = new URLSearchParams({ code, row: field.name.split("-")[1] });
    const answer = await fetch(`${questions}?${query}`).catch(() => null);
    if (place.dataset.of !== code) return;  // another SKU was chosen meanwhile
    if (answer?.ok) {
        place.innerHTML = await answer.text();
        return;
    }
    place.dataset.of = "";
    place.textContent = lost;
};

const choose = (item) => {
    const row = item.closest(".weipu-goods");
    const [code, quantity] = row.querySelectorAll("input");
    code.value = item.dataset.code;
    quantity.value ||= 1;
    close();
    ask(code);
    quantity.focus();
};

document.addEventListener("input", ({ target }) => {
    if (!isCode(target)) return;
    clearTimeout(wait);
    const term = target.value.trim();
    if (!term) return close();
    wait = setTimeout(async () => {
        const mine = ++asked;
        const answer = await fetch(`${search}?q=${encodeURIComponent(term)}`);
        if (!answer.ok) return;
        const { skus } = await answer.json();
        if (mine === asked && document.activeElement === target) offer(target, skus);
    }, 200);
});
document.addEventListener("keydown", (event) => {
    if (!isCode(event.target) || !list.isConnected) return;
    const items = [...list.querySelectorAll("[role=option]")];
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0) choose(items[at]);
    else if (step && items.length) {
        items[at]?.removeAttribute("aria-selected");
        const next = items[(at + step + items.length) % items.length];
        next.setAttribute("aria-selected", "true");
        next.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
});
list.addEventListener("mousedown", (event) => {
    event.preventDefault();  // keeps the focus, which would close the list before the click
    const item = event.target.closest("[role=option]");
    if (item) choose(item);
});
document.addEventListener("focusout", ({ target }) => {
    if (!isCode(target)) return;
    close();
    ask(target);
});

const more = document.getElementById("goods-more");
const total = document.querySelector("[name=goods-TOTAL_FORMS]");
const most = Number(document.querySelector("[name=goods-MAX_NUM_FORMS]").value);
more.hidden = false;
more.addEventListener("click", () => {
    rows.insertAdjacentHTML("beforeend", document.getElementById("goods-row").innerHTML.replaceAll("__prefix__", total.value));
    total.value = Number(total.value) + 1;
    more.hidden = Number(total.value) >= most;
    rows.lastElementChild.querySelector("input").focus();
});
