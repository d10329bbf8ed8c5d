/* The theme's scroll bars are announced in English; the page says it in its own language. */
window.addEventListener("load", () => {
    const spoken = document.getElementById("weipu-words")?.dataset.scrollable;
    for (const area of spoken ? document.querySelectorAll('[aria-label="scrollable content"]') : [])
        area.setAttribute("aria-label", spoken);
});
