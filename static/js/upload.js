// A file that is too large is told before it is sent; the server looks again.
"use strict";

portal.enhance(function upload(root) {
  for (const form of portal.fresh(root, "form[data-upload]", upload)) {
    const input = form.querySelector("input[type=file]");
    const told = form.querySelector("[data-upload-error]");
    const most = Number(input.dataset.mostBytes);
    input.addEventListener("change", () => {
      const file = input.files[0];
      const wrong = file && file.size > most;
      told.textContent = wrong
        ? `The file is larger than ${Math.floor(most / 1024 ** 2)} MB. Split it, then add the parts.`
        : "";
      input.toggleAttribute("aria-invalid", Boolean(wrong));
      // Not sent: the file input is emptied, and the server then asks for a file.
      if (wrong) input.value = "";
    });
  }
});
