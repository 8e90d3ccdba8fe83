// Small comforts on top of pages that work without them.

// A choice marked data-submit sends its form when it changes; without this file a button beside it does.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});

// What is wrong is read first: after a failed form, and when htmx brings one in.
function readProblems(within) {
  within.querySelector(".error-summary")?.focus();
}

readProblems(document);
document.addEventListener("htmx:afterSettle", (event) => readProblems(event.target));
