// The queue by keyboard: j and k move between rows, Enter opens the row.
"use strict";

portal.enhance(function queue(root) {
  for (const table of portal.fresh(root, "table[data-queue]", queue)) {
    const links = () => [...table.querySelectorAll("tbody tr a[href]:first-of-type")];

    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.target.closest("input, select, textarea, dialog")) return;
      const step = { j: 1, k: -1 }[event.key];
      if (!step) return;
      const all = links();
      const present = all.findIndex((link) => link.closest("tr").contains(document.activeElement));
      const next = all[present < 0 ? 0 : Math.min(Math.max(present + step, 0), all.length - 1)];
      if (!next) return;
      event.preventDefault();
      // The focus on the row's link is the mark of the row, and Enter is the link's own.
      next.focus();
      next.closest("tr").scrollIntoView({ block: "nearest" });
    });
  }
});
