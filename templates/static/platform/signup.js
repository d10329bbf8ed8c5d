// Live look-up of the address and sending of the code; without this script the form still works.
(() => {
  const form = document.querySelector("form.form");
  const slug = form.elements.slug;
  const slugState = document.getElementById("slug-state");
  const send = document.getElementById("send-code");
  const codeState = document.getElementById("code-state");
  const sendLabel = send.textContent;

  const say = (place, text, good) => {
    place.textContent = text;
    place.className = `state ${good ? "good" : "bad"}`;
  };

  let typed = 0;
  const checkSlug = async () => {
    const value = slug.value.trim();
    const mine = ++typed;
    if (!value) {
      slugState.textContent = "";
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 350));
    if (mine !== typed) return;
    try {
      const answer = await fetch(`${form.dataset.slugUrl}?value=${encodeURIComponent(value)}`);
      const found = await answer.json();
      if (mine === typed) say(slugState, found.message, found.available);
    } catch {
      slugState.textContent = "";
    }
  };
  slug.addEventListener("input", checkSlug);

  const countDown = (seconds) => {
    if (seconds <= 0) {
      send.disabled = false;
      send.textContent = sendLabel;
      return;
    }
    send.textContent = form.dataset.wait.replace("%s", seconds);
    setTimeout(countDown, 1000, seconds - 1);
  };
  send.addEventListener("click", async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      const body = new URLSearchParams({ contact: form.elements.contact.value });
      const answer = await fetch(form.dataset.codeUrl, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      });
      const found = await answer.json();
      say(codeState, found.message, answer.ok);
      countDown(answer.ok ? found.seconds : 0);
      (answer.ok ? form.elements.code : form.elements.contact).focus();
    } catch {
      say(codeState, form.dataset.failed, false);
      countDown(0);
    }
  });
})();
