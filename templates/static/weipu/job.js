// Shows how far a job is, and shows its page again when it has ended.
const card = document.querySelector("[data-job]");
const bar = card.querySelector("progress");
const look = async () => {
  try {
    const answer = await fetch(card.dataset.job, { headers: { Accept: "application/json" } });
    const state = await answer.json();
    bar.value = state.percent;
    if (!state.running) {
      location.reload();
      return;
    }
  } catch {
    // The server is being restarted or the network is away: look again.
  }
  setTimeout(look, 1000);
};
setTimeout(look, 700);
