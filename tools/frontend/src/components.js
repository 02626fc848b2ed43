// The interactive parts of the design system that pages use, and nothing else of it.
// `initUSWDS(root)` is called by static/js/portal.js for the page and for each swapped fragment.
import accordion from "@uswds/uswds/js/usa-accordion";
import characterCount from "@uswds/uswds/js/usa-character-count";
import datePicker from "@uswds/uswds/js/usa-date-picker";
import skipnav from "@uswds/uswds/js/usa-skipnav";

const components = [accordion, characterCount, datePicker, skipnav];

for (const component of components) component.on(document.body);

window.initUSWDS = (root) => {
  for (const component of components) if (component.init) component.init(root);
};
