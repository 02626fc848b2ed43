// Forms: the error summary takes the focus, a form is sent once, rows are added and removed in place.
"use strict";

portal.enhance(function errorSummary(root) {
  const [summary] = portal.fresh(root, "[data-error-summary]", errorSummary);
  if (summary) summary.focus();
});

// A second press while the first is on its way sends nothing.  The server refuses repeats as well
// (idempotency key); this only spares the person a strange message.
portal.enhance(function sendOnce(root) {
  for (const form of portal.fresh(root, "form[data-once]", sendOnce)) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sending) {
        event.preventDefault();
        return;
      }
      form.dataset.sending = "yes";
      form.setAttribute("aria-busy", "true");
      event.submitter?.classList.add("is-sending");
    });
    // Back in the browser shows the page as it was left: let it be sent again.
    window.addEventListener("pageshow", () => {
      delete form.dataset.sending;
      form.removeAttribute("aria-busy");
      form.querySelector(".is-sending")?.classList.remove("is-sending");
    });
  }
});

// Rows of a form.  Without this the named submit buttons add and remove them through the server.
//   <div data-rows="lines"> rows [data-row] … <template data-row-template> … </template>
//   <input type="hidden" name="lines-TOTAL_FORMS"> <button data-row-add> and in each row <button data-row-remove>
// Names, ids and labels carry "lines-<number>-"; the template carries "lines-__prefix__-".
portal.enhance(function rows(root) {
  for (const box of portal.fresh(root, "[data-rows]", rows)) {
    const prefix = box.dataset.rows;
    const template = box.querySelector("template[data-row-template]");
    const total = box.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    const spoken = box.querySelector("[data-rows-spoken]");
    const current = () => [...box.querySelectorAll("[data-row]")];
    if (!template) continue;

    const renumber = () => {
      const all = current();
      all.forEach((row, index) => {
        const pattern = new RegExp(`(^|[_ ])${prefix}-(\\d+|__prefix__)-`, "g");
        for (const element of [row, ...row.querySelectorAll("*")]) {
          for (const name of ["id", "name", "for", "aria-describedby", "aria-labelledby", "aria-controls"]) {
            const value = element.getAttribute(name);
            if (value) element.setAttribute(name, value.replace(pattern, `$1${prefix}-${index}-`));
          }
          if (element.matches("[data-row-number]")) element.textContent = String(index + 1);
          if (element.matches("[data-row-remove]")) element.value = String(index);
        }
      });
      if (total) total.value = String(all.length);
    };
    const say = (sentence) => { if (spoken) spoken.textContent = sentence; };

    box.addEventListener("click", (event) => {
      const add = event.target.closest("[data-row-add]");
      const remove = event.target.closest("[data-row-remove]");
      if (!add && !remove) return;
      event.preventDefault();
      if (add) {
        template.before(template.content.cloneNode(true));
        renumber();
        const row = current().at(-1);
        portal.run(row);
        row.querySelector("input:not([type=hidden]), select")?.focus();
        say(`Line ${current().length} added`);
      } else {
        const row = remove.closest("[data-row]");
        const next = row.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : row.previousElementSibling;
        row.remove();
        renumber();
        (next?.querySelector("input:not([type=hidden]), select") || box.querySelector("[data-row-add]")).focus();
        say("Line removed");
      }
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
});
