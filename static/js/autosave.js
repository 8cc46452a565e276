// Keeps a form while it is written. The form works without it: it has a button that does the same.
// <form data-autosave="/where"> with a hidden field `version` and a place [data-autosave-said].
// The address answers {version, say}; any status but 2xx keeps nothing and says why.

const PAUSE = 2500;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const said = form.querySelector("[data-autosave-said]");
  let timer = 0;
  let busy = false;
  let again = false;
  let leaving = false;
  let waiting = null; // the button pressed while a keeping was under way

  async function keep() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form) });
      const told = await answer.json();
      if (answer.ok && form.elements.version) form.elements.version.value = told.version;
      if (said) said.textContent = told.say ?? "";
    } catch {
      again = true; // no network: tried with the next change
    }
    busy = false;
    if (waiting) {
      waiting.disabled = false;
      form.requestSubmit(waiting);
      return;
    }
    if (again && !leaving) { again = false; later(); }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type !== "file") later();
  });
  form.addEventListener("submit", (event) => {
    leaving = true;
    clearTimeout(timer);
    if (busy && event.submitter) { // its answer carries the version this sending needs
      event.preventDefault();
      waiting = event.submitter;
    }
  });
}
