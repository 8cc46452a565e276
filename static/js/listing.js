// The editor of a piece: what a price leaves its maker, and photos that go up as soon as they are
// chosen. Both work without script: the figure after keeping, the photos with their button.

const rupiah = new Intl.NumberFormat(document.documentElement.lang, {
  style: "currency", currency: "IDR", maximumFractionDigits: 0,
});

for (const field of document.querySelectorAll("[data-net]")) {
  const place = document.getElementById(field.dataset.net);
  field.addEventListener("input", () => {
    const amount = Number(field.value.replace(/\D/g, ""));
    const commission = Math.floor((2 * amount * Number(field.dataset.bp) + 10000) / 20000);
    if (place) place.textContent = rupiah.format(amount - commission);
  });
}

for (const field of document.querySelectorAll("input[type=file][data-send]")) {
  field.addEventListener("change", () => {
    const button = field.form.querySelector(`button[name=step][value="${field.dataset.send}"]`);
    if (field.files.length && button) field.form.requestSubmit(button);
  });
}
