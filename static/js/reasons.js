// Picking a ready reason writes its sentence into the message, where it can be changed.

for (const select of document.querySelectorAll("select[data-reasons]")) {
  const words = select.form.querySelector("textarea");
  let written = "";
  select.addEventListener("change", () => {
    const message = select.selectedOptions[0].dataset.message ?? "";
    if (words.value.trim() && words.value !== written) return; // own words stay
    words.value = written = message;
  });
}
