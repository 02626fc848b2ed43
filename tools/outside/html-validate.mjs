// html-validate's recommended rules, and why four of them read differently here.
export default {
  extends: ["html-validate:recommended"],
  rules: {
    // Django's templates and ours write it in lower case, which HTML allows; it must be the same everywhere.
    "doctype-style": ["error", { style: "lowercase" }],
    // A line that held only a template tag stays behind as spaces: nobody reads the sent source, and
    // stripping it would cost time on each page.
    "no-trailing-whitespace": "off",
    // Checkboxes of one question share its name: that is how a browser sends several answers.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "reset", "submit"] }],
    // The combobox's list of offers: a <select> cannot hold what the server finds while somebody types.
    "prefer-native-element": ["error", { exclude: ["listbox"] }],
    // A list may bear a name, and does where several stand on one page; the rule's default knows fewer
    // elements than ARIA allows.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
    // These telephone numbers are kept on one line by a class instead.
    "tel-non-breaking": ["error", { ignoreClasses: ["pp-nowrap"] }],
  },
};
