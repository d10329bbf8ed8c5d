// Keys of the order list: j and k walk, Enter opens, x ticks, / searches, ? explains.
document.addEventListener("DOMContentLoaded", () => {
    const keys = document.getElementById("keys");
    if (!keys) return;
    const rows = [...document.querySelectorAll("#result_list tr.data-row")];
    let at = -1;

    const mark = (next) => {
        if (!rows.length) return;
        rows[at]?.classList.remove("is-current");
        at = Math.min(Math.max(next, 0), rows.length - 1);
        rows[at].classList.add("is-current");
        rows[at].scrollIntoView({ block: "nearest" });
    };
    const act = {
        j: () => mark(at + 1),
        k: () => mark(at - 1),
        x: () => rows[at]?.querySelector("input.action-select")?.click(),
        Enter: () => rows[at]?.querySelector("a[href*='/change/']")?.click(),
        "/": () => document.querySelector("#searchbar, input[name=q]:not([type=hidden])")?.focus(),
        "?": () => keys.showModal(),
    };
    document.getElementById("keys-open").addEventListener("click", () => keys.showModal());
    document.addEventListener("keydown", (event) => {
        const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]");
        const pressing = event.key === "Enter" && event.target.closest("a, button, summary");
        if (typing || pressing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in act)) return;
        event.preventDefault();
        act[event.key]();
    });
});
