// Small helpers; each one adds to a form or link that already works without it.

// The number of pieces in the cart comes from a cookie of its own, so that pages can be cached.
const count = /(?:^|;\s*)(?:__Host-)?cart_count=(\d+)/.exec(document.cookie)?.[1];
for (const place of document.querySelectorAll("[data-cart-count]")) {
  if (count && count !== "0") place.textContent = count;
}

// A refused form moves the reader to what needs mending.
document.querySelector("[data-focus]")?.focus();

// A choice that only updates a page sends its form by itself; the keyboard stays at the choice.
const chosen = "chosen";
for (const choice of document.querySelectorAll("[data-submit]")) {
  choice.addEventListener("change", () => {
    const button = choice.form.querySelector(`button[name="${choice.dataset.submit}"][formnovalidate]`);
    sessionStorage.setItem(chosen, JSON.stringify([location.pathname, choice.name, scrollY]));
    choice.form.requestSubmit(button ?? undefined);
  });
}
const [page, name, height] = JSON.parse(sessionStorage.getItem(chosen) ?? "[]");
sessionStorage.removeItem(chosen);
if (page === location.pathname && !document.querySelector("[data-focus]")) {
  const again = document.querySelector(`[name="${name}"]:is(select, :checked)`);
  scrollTo(0, height);
  again?.focus({ preventScroll: true });
}

// A button that was pressed rests for a moment: the server counts one press anyway.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  const button = event.submitter;
  if (button) setTimeout(() => { button.disabled = true; }, 0);
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});

// Close the language panel when something else is chosen.
document.addEventListener("click", (event) => {
  for (const panel of document.querySelectorAll("details.pop[open]")) {
    if (!panel.contains(event.target)) panel.open = false;
  }
});
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
