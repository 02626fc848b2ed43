// Idle sign-out: a warning two minutes before the session ends, then the sign-in page.
// The server ends the session by itself; this keeps member data from staying on an unattended screen.
"use strict";

(() => {
  const { sessionSeconds, keepAlive, endSession, signIn } = document.body.dataset;
  const dialog = document.getElementById("session-warning");
  if (!sessionSeconds || !dialog) return;

  const WARN_MS = 120_000;
  const KEEP_MS = 20_000;
  const TYPING_COUNTS_EVERY_MS = 60_000;
  const KEY = "portal.session-ends";
  const left = dialog.querySelector("[data-session-left]");
  const spoken = dialog.querySelector("[data-session-spoken]");
  let saidAt = Infinity;
  let leaving = false;

  // Shared by all tabs: work in one keeps the others signed in, as it does on the server.
  const endsAt = () => Number(localStorage.getItem(KEY)) || 0;
  const renew = () => localStorage.setItem(KEY, String(Date.now() + Number(sessionSeconds) * 1000));

  const token = () => document.querySelector("#sign-out input[name=csrfmiddlewaretoken]").value;
  const post = (address, options) => fetch(address, { method: "POST", redirect: "manual", ...options }).catch(() => null);

  // What is typed but not yet saved goes into the draft before the session ends.
  const form = document.querySelector("form[data-keeps-typed]");
  const typed = () => new URLSearchParams(new FormData(form)).toString();
  let asSaved;
  window.addEventListener("load", () => { asSaved = form && typed(); });

  async function keepTyped() {
    if (!form || typed() === asSaved) return;
    asSaved = typed();
    const body = new FormData(form);
    body.set("do", "keep");
    const answer = await post(form.action, { body, headers: { "X-Unattended": "yes" } });
    const revision = answer?.headers.get("X-Revision");
    if (!revision) return;
    form.elements.revision.value = revision;
    asSaved = typed();
  }

  async function leave() {
    if (leaving) return;
    leaving = true;
    const csrf = token();
    document.body.replaceChildren();
    // A sign-in page asked for in a living session would only lead back to this page.
    await post(endSession, { headers: { "X-CSRFToken": csrf } });
    location.replace(`${signIn}?next=${encodeURIComponent(location.pathname)}&ended=idle`);
  }

  async function stay() {
    const answer = await post(keepAlive, { headers: { "X-CSRFToken": token() } });
    if (!answer?.ok) return leave();
    renew();
    tick();
  }

  function tick() {
    if (leaving) return;
    const rest = endsAt() - Date.now();
    if (rest <= 0) return leave();
    if (rest > WARN_MS) {
      if (dialog.open) dialog.close();
      saidAt = Infinity;
      return;
    }
    if (rest <= KEEP_MS) keepTyped();
    if (!dialog.open) dialog.showModal();
    const seconds = Math.ceil(rest / 1000);
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const spokenAt = Math.ceil(seconds / 30) * 30;
    if (spokenAt < saidAt) {
      saidAt = spokenAt;
      spoken.textContent = `${spokenAt} seconds left before you are signed out`;
    }
  }

  // Somebody who types is there, though the server hears nothing of it.
  let typingCountedAt = Date.now();
  document.addEventListener("input", () => {
    if (Date.now() - typingCountedAt < TYPING_COUNTS_EVERY_MS) return;
    typingCountedAt = Date.now();
    stay();
  });

  renew();
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) renew(); });
  document.addEventListener("visibilitychange", tick);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
})();
