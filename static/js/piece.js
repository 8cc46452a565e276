// The gallery's links open the large picture; with this module they open it over the page.
const dialog = document.querySelector("dialog.zoom");
const links = [...document.querySelectorAll("a[data-zoom]")];
const stage = dialog.querySelector(".zoom__stage");
const picture = stage.appendChild(new Image());
const words = dialog.querySelector("[data-words]");
const nearer = dialog.querySelector("[data-nearer]");
let at = 0;

function look(closer, across = 0.5, down = 0.5) {
  stage.classList.toggle("is-near", closer);
  nearer.setAttribute("aria-pressed", String(closer));
  stage.scrollTo(across * stage.scrollWidth - stage.clientWidth / 2, down * stage.scrollHeight - stage.clientHeight / 2);
}

function show(number) {
  at = (number + links.length) % links.length;
  picture.src = links[at].href;
  picture.alt = links[at].querySelector("img").alt;
  words.textContent = words.dataset.words.replace("{n}", at + 1);
  look(false);
}

for (const [number, link] of links.entries()) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(number);
    dialog.showModal();
    stage.focus();
  });
}
for (const button of dialog.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => show(at + Number(button.dataset.step)));
}
nearer.addEventListener("click", () => look(!stage.classList.contains("is-near")));
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => links[at].focus());
picture.addEventListener("click", (event) => {
  const box = picture.getBoundingClientRect();
  look(!stage.classList.contains("is-near"), (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
});
dialog.addEventListener("keydown", (event) => {
  const near = stage.classList.contains("is-near");
  if (event.key === "+" || event.key === "=") look(true);
  else if (event.key === "-") look(false);
  else if (!near && links.length > 1 && event.key === "ArrowLeft") show(at - 1);
  else if (!near && links.length > 1 && event.key === "ArrowRight") show(at + 1);
  else return;
  event.preventDefault();
});

// A finger that sweeps sideways turns to the next picture.
let begun = null;
stage.addEventListener("pointerdown", (event) => { begun = event.clientX; });
stage.addEventListener("pointerup", (event) => {
  const way = begun === null ? 0 : event.clientX - begun;
  begun = null;
  if (event.pointerType === "touch" && Math.abs(way) > 60 && !stage.classList.contains("is-near")) show(at + (way < 0 ? 1 : -1));
});
