// Idle sign-out: a warning two minutes before the session ends, then the sign-in page.
// The server ends the session by itself; this keeps member data from staying on an unattended screen.
"use strict";

(() => {
  const { sessionSeconds, keepAlive, signIn } = document.body.dataset;
  const dialog = document.getElementById("session-warning");
  if (!sessionSeconds || !dialog) return;

  const WARN_MS = 120_000;
  const KEY = "portal.session-ends";
  const left = dialog.querySelector("[data-session-left]");
  const spoken = dialog.querySelector("[data-session-spoken]");
  let saidAt = Infinity;

  // Shared by all tabs: work in one keeps the others signed in, as it does on the server.
  const endsAt = () => Number(localStorage.getItem(KEY)) || 0;
  const renew = () => localStorage.setItem(KEY, String(Date.now() + Number(sessionSeconds) * 1000));

  function leave() {
    document.body.replaceChildren();
    location.replace(`${signIn}?next=${encodeURIComponent(location.pathname)}&ended=idle`);
  }

  async function stay() {
    const token = document.querySelector("#sign-out input[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(keepAlive, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" })
      .catch(() => null);
    if (!answer?.ok) return leave();
    renew();
    tick();
  }

  function tick() {
    const rest = endsAt() - Date.now();
    if (rest <= 0) return leave();
    if (rest > WARN_MS) {
      if (dialog.open) dialog.close();
      saidAt = Infinity;
      return;
    }
    if (!dialog.open) dialog.showModal();
    const seconds = Math.ceil(rest / 1000);
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const spokenAt = Math.ceil(seconds / 30) * 30;
    if (spokenAt < saidAt) {
      saidAt = spokenAt;
      spoken.textContent = `${spokenAt} seconds left before you are signed out`;
    }
  }

  renew();
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) renew(); });
  document.addEventListener("visibilitychange", tick);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
})();
