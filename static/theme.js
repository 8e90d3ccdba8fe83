// The server renders data-bs-theme from the cookie, so nothing flashes and everything works without this file:
// it saves the theme switch a reload, and closes menus on Escape and on a click elsewhere.
const root = document.documentElement;
root.dataset.js = "";

function showTheme(theme) {
  if (theme === "system") delete root.dataset.bsTheme;
  else root.dataset.bsTheme = theme;
  for (const button of document.querySelectorAll(".theme button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  const button = event.target.closest(".theme button");
  if (!button) return;
  event.preventDefault();
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${button.value}; path=/; max-age=31536000; samesite=lax${secure}`;
  showTheme(button.value);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.activeElement?.closest("details.menu[open]")?.querySelector("summary").focus();
  closeMenus(null);
});

// A page out of the browser's history may be older than the cookie.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) showTheme(document.cookie.match(/(?:^|; )theme=(\w+)/)?.[1] ?? "system");
});
