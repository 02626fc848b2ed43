// Search box over a server's list (components/combobox.html), after the ARIA combobox pattern with a
// list box.  data-source answers ?q= with <li role="option" data-value data-label>.
"use strict";

portal.enhance(function comboboxes(root) {
  for (const box of portal.fresh(root, "[data-combobox]", comboboxes)) startCombobox(box);
});

function startCombobox(box) {
  const WAIT_MS = 180;
  const LEAST = 2;
  const input = box.querySelector("input[type=text]");
  const code = box.querySelector("input[type=hidden]");
  const list = box.querySelector("[role=listbox]");
  const spoken = box.querySelector("[aria-live]");
  let active = -1;
  let timer = 0;
  let request = null;

  // The role is given here and not in the page: without this script it is a plain text input.
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const options = () => [...list.querySelectorAll("[role=option]")];

  function close() {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function activate(index) {
    const all = options();
    if (!all.length) return;
    active = (index + all.length) % all.length;
    all.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    input.value = option.dataset.label;
    if (code) code.value = option.dataset.value;
    close();
    spoken.textContent = `${option.dataset.label} chosen`;
    input.dispatchEvent(new CustomEvent("portal:chosen", { bubbles: true, detail: { ...option.dataset } }));
    (code || input).dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(html) {
    list.innerHTML = html;
    options().forEach((option, number) => { option.id = `${list.id}-${number}`; });
    const count = options().length;
    if (!count) {
      list.innerHTML = '<li class="pp-combobox__none" role="presentation">Nothing found. Try fewer letters or another word.</li>';
    }
    active = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", String(count > 0));
    input.removeAttribute("aria-activedescendant");
    const found = list.querySelector("[data-more]") ? `The first ${count} are shown` : `${count} found`;
    spoken.textContent = count ? `${found}. Use the arrow keys.` : "Nothing found";
  }

  async function search() {
    const words = input.value.trim();
    request?.abort();
    if (words.length < LEAST) return close();
    request = new AbortController();
    const address = new URL(box.dataset.source, location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, {
        signal: request.signal,
        headers: { "X-Requested-With": "XMLHttpRequest" },
        credentials: "same-origin",
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      show(await answer.text());
    } catch (error) {
      if (error.name === "AbortError") return;
      close();
      spoken.textContent = "The list cannot be reached. Go on; you can choose on the next page.";
    }
  }

  input.addEventListener("input", () => {
    if (code) code.value = "";
    clearTimeout(timer);
    timer = setTimeout(search, WAIT_MS);
  });

  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) activate(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1));
      else search();
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      choose(options()[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") {
      if (open && active >= 0) choose(options()[active]);
      else close();
    }
  });

  // Not click: the input loses the focus, and the list its place, before a click ends.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  input.addEventListener("blur", close);
}
