// What shoppers will see, asked anew while somebody types; and the clock that counts down in it.
(() => {
  "use strict";
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => document.querySelectorAll("[data-clock]").forEach((clock) => {
    const [starts, ends] = [Date.parse(clock.dataset.starts), Date.parse(clock.dataset.ends)];
    const now = Date.now();
    const left = Math.max(Math.floor(((now < starts ? starts : ends) - now) / 1000), 0);
    const days = Math.floor(left / 86400);
    const time = [Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60].map(two).join(":");
    const word = now < starts ? clock.dataset.before : clock.dataset.during;
    clock.textContent = now >= ends ? clock.dataset.after : `${word} ${days ? `${days} ${clock.dataset.days} ` : ""}${time}`;
  });

  document.addEventListener("DOMContentLoaded", () => {
    tick();
    setInterval(tick, 1000);
    const look = document.querySelector("[data-preview]");
    const form = look?.closest("form");
    if (!form) return;
    let timer = 0;
    let asked = 0;
    const ask = async () => {
      const mine = ++asked;
      const answer = await fetch(look.dataset.preview, { method: "POST", body: new FormData(form) }).catch(() => null);
      if (!answer?.ok || mine !== asked) return;
      look.innerHTML = await answer.text();
      tick();
    };
    const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 300); };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    ask();
  });
})();
