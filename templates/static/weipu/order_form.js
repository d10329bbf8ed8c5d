// Questions are added, removed and put in order; their numbers follow the order on the page.
const list = document.getElementById("questions");
const blank = document.getElementById("question");
const total = document.querySelector("[name=fields-TOTAL_FORMS]");
const add = document.getElementById("add-question");

const shown = () => [...list.children].filter((row) => !row.hidden);

const number = () => {
    shown().forEach((row, at, rows) => {
        row.querySelector("[name$=-position]").value = at + 1;
        row.querySelector("[data-move='-1']").disabled = at === 0;
        row.querySelector("[data-move='1']").disabled = at === rows.length - 1;
    });
    add.disabled = shown().length >= Number(add.dataset.most);
};

const move = (row, step, button) => {
    const rows = shown();
    const other = rows[rows.indexOf(row) + step];
    if (step < 0) other.before(row);
    else other.after(row);
    number();
    (button.disabled ? row.querySelector("[data-move]:not(:disabled)") : button).focus();
};

if (add) {
    add.addEventListener("click", () => {
        const made = document.createElement("template");
        made.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
        total.value = Number(total.value) + 1;
        list.append(made.content);
        number();
        shown().at(-1).querySelector("[name$=-label]").focus();
    });
    list.addEventListener("click", (event) => {
        const button = event.target.closest("[data-move], [data-remove]");
        if (!button) return;
        const row = button.closest("fieldset");
        if (button.dataset.move) move(row, Number(button.dataset.move), button);
        else {
            row.querySelector("[name$=-DELETE]").checked = true;
            row.hidden = true;
            number();
            add.focus();
        }
    });
    number();
}
