// Starts every part of a page, and again every part of a fragment that htmx swaps in.
// Parts register with `portal.enhance(fn)`; fn gets the root to look in and must bear being called twice.
"use strict";

window.portal = (() => {
  const parts = [];
  const done = new WeakMap();

  // Elements below root that match and have not been given to this caller before.
  function fresh(root, selector, key) {
    const seen = done.get(key) || done.set(key, new WeakSet()).get(key);
    const found = [...root.querySelectorAll(selector)];
    if (root instanceof Element && root.matches(selector)) found.unshift(root);
    return found.filter((element) => !seen.has(element) && seen.add(element));
  }

  function run(root) {
    for (const part of parts) part(root);
  }

  document.addEventListener("DOMContentLoaded", () => run(document.body));
  document.addEventListener("htmx:afterSettle", (event) => run(event.target));

  return { enhance: (part) => parts.push(part), fresh, run };
})();

// The design system's own components.  Its date picker moves the name to a hidden ISO value, which is
// empty when the text is no date; we post the text as typed, so that the server can show it again.
portal.enhance(function designSystem(root) {
  window.initUSWDS(root);
  for (const picker of portal.fresh(root, ".usa-date-picker--initialized", designSystem)) {
    const typed = picker.querySelector(".usa-date-picker__external-input");
    const hidden = picker.querySelector(".usa-date-picker__internal-input");
    if (hidden.name) {
      typed.name = hidden.name;
      hidden.removeAttribute("name");
    }
    if (!typed.value) typed.value = picker.dataset.typed;
  }
});

// The rail on small screens.
portal.enhance(function menu(root) {
  for (const button of portal.fresh(root, "[data-menu-button]", menu)) {
    const rail = document.getElementById(button.getAttribute("aria-controls"));
    button.addEventListener("click", () => {
      const open = rail.classList.toggle("is-open");
      button.setAttribute("aria-expanded", String(open));
      if (open) rail.querySelector("a")?.focus();
    });
  }
});

// A <details> used as a menu closes on Escape and when the focus or a click goes elsewhere.
portal.enhance(function popup(root) {
  for (const details of portal.fresh(root, "details[data-popup]", popup)) {
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      details.querySelector("summary").focus();
    });
    details.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
    });
    document.addEventListener("click", (event) => {
      if (!details.contains(event.target)) details.open = false;
    });
  }
});

// Copy buttons: data-copy holds the text, or the id of the element with the text after "#".
portal.enhance(function copy(root) {
  for (const button of portal.fresh(root, "[data-copy]", copy)) {
    const spoken = button.parentElement.querySelector("[data-copied]");
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const source = button.dataset.copy;
      const text = source.startsWith("#") ? document.querySelector(source).textContent.trim() : source;
      await navigator.clipboard.writeText(text);
      if (!spoken) return;
      spoken.textContent = "Copied";
      setTimeout(() => { spoken.textContent = ""; }, 4000);
    });
  }
});

portal.enhance(function printButton(root) {
  for (const button of portal.fresh(root, "[data-print]", printButton)) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
});
