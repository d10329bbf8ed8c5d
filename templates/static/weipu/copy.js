// Buttons with data-copy put that text on the clipboard and say so.
document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const { copy, done } = button.dataset;
    try {
        await navigator.clipboard.writeText(copy);
    } catch {  // no clipboard without HTTPS, or not allowed
        const area = document.createElement("textarea");
        area.value = copy;
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
    }
    const label = button.querySelector("[data-label]");
    label.dataset.label ||= label.textContent;
    label.textContent = done;
    setTimeout(() => { label.textContent = label.dataset.label; }, 2000);
});
