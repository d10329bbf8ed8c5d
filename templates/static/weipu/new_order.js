// Offers the SKUs that hold what is typed; the form works with typed codes too.
const search = document.currentScript.dataset.search;
const found = document.getElementById("found-skus");
let wait = 0;

document.addEventListener("input", (event) => {
    if (event.target.getAttribute("list") !== "found-skus" || event.target.value.trim().length < 1) return;
    clearTimeout(wait);
    wait = setTimeout(async () => {
        const answer = await fetch(`${search}?q=${encodeURIComponent(event.target.value.trim())}`);
        if (!answer.ok) return;
        const { skus } = await answer.json();
        found.replaceChildren(...skus.map(({ code, label }) => {
            const option = document.createElement("option");
            option.value = code;
            option.label = label;
            option.textContent = label;
            return option;
        }));
    }, 200);
});
