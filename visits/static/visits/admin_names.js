/* Names for screen readers, where Django's forms leave a field without: autocompletes, and fields in rows of a table. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  function words(field) {
    const label = field.labels?.[0]?.textContent.replace(/:\s*$/, "").trim();
    const column = field.closest("td")?.className.match(/field-([\w-]+)/)?.[1];
    // The column's own words, without the link to the manual.
    const heading = column && field.closest("table").querySelector(`th.column-${column}`)?.firstChild.textContent.trim();
    return label || heading || field.dataset.placeholder || (field.name.endsWith("-DELETE") ? "Delete" : "");
  }

  function name(root) {
    const fields = "input:not([type=hidden]), textarea, select";
    root.querySelectorAll(fields).forEach((field) => {
      const text = words(field);
      if (!text) return;
      const shown = field.nextElementSibling?.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox]");
      shown?.forEach((part) => {
        part.removeAttribute("aria-labelledby");
        part.setAttribute("aria-label", text);
      });
      if (!field.labels?.length) field.setAttribute("aria-label", text);
    });
  }

  // After Django's own code has made its autocompletes, which it does when jQuery is ready.
  window.django?.jQuery?.(() => window.setTimeout(() => name(document)));
  document.addEventListener("formset:added", (event) => window.setTimeout(() => name(event.target)));
});
