// Sends a pasted text to the server, which takes it apart, and fills the fields of the address.
(({ read, done, nothing }) => {
    const box = document.getElementById("paste");
    const text = document.getElementById("paste-text");
    const form = box.closest("form");
    const status = box.querySelector("[role=status]");

    const take = async () => {
        if (!text.value.trim()) return;
        const body = new FormData();
        body.set("text", text.value);
        body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
        const answer = await fetch(read, { method: "POST", body });
        const { found } = answer.ok ? await answer.json() : { found: {} };
        for (const [name, value] of Object.entries(found)) if (value) form.elements[name].value = value;
        const buyer = form.elements.buyer;
        if (buyer && !buyer.value && /^1\d{10}$/.test(found.phone)) buyer.value = found.phone;
        status.textContent = Object.keys(found).length ? done : nothing;
    };
    document.getElementById("paste-read").addEventListener("click", take);
    text.addEventListener("paste", () => setTimeout(take));
})(document.currentScript.dataset);
