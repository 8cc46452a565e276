// Suggestions under the search field of the header: an ARIA 1.2 combobox with a listbox.
// Without this script the form simply searches.

const form = document.querySelector("form[data-suggest]");
const field = form?.querySelector("input");
if (field) suggest();

function suggest() {
  const list = element("div", "find__list", { id: "find-list", role: "listbox", "aria-label": form.dataset.name });
  const said = element("p", "vh", { role: "status" });
  list.hidden = true;
  form.append(list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) field.setAttribute(name, value);

  let asked = field.value.trim(), waiting, request, options = [], at = -1;

  field.addEventListener("input", () => {
    // A syllable of Hangul may still be in composition: the shop knows what it begins.
    const words = field.value.trim();
    if (words === asked) return;
    asked = words;
    clearTimeout(waiting);
    request?.abort();
    if (words) waiting = setTimeout(ask, 120, words);
    else close();
  });
  field.addEventListener("focus", () => { if (options.length && field.value.trim() === asked) open(); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the key belongs to the syllable
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options.length) return;
      event.preventDefault();
      if (list.hidden) open();
      const down = event.key === "ArrowDown";
      // One place between the last and the first is the field itself.
      choose(down ? (at + 2) % (options.length + 1) - 1 : (at + options.length + 1) % (options.length + 1) - 1);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      options[at].click();
    } else if (event.key === "Escape") {
      if (list.hidden) field.value = asked = "";
      else event.preventDefault();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // focus stays in the field
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
  form.addEventListener("submit", () => { clearTimeout(waiting); request?.abort(); });

  async function ask(words) {
    request = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal: request.signal });
      if (answer.ok) show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function show({ said: sentence, groups }) {
    options = [];
    list.replaceChildren(...groups.map(({ name, items }, number) => {
      const group = element("div", "find__group", { role: "group", "aria-labelledby": `find-${number}` });
      group.append(element("div", "find__name", { id: `find-${number}` }, name));
      for (const { text, note, latin, lang, url } of items) {
        const option = element("a", "find__item", { role: "option", id: `find-o${options.length}`, href: url, tabindex: "-1", "aria-selected": "false" });
        option.append(element("span", "", lang ? { lang } : {}, text));
        if (note) option.append(element("span", "find__note", {}, note));
        if (latin) option.append(element("i", "find__note latin", { lang: "la" }, latin));
        options.push(option);
        group.append(option);
      }
      return group;
    }));
    said.textContent = sentence;
    choose(-1);
    if (options.length && form.contains(document.activeElement)) open();
    else close();
  }

  function open() {
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
  }

  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function choose(next) {
    options[at]?.setAttribute("aria-selected", "false");
    at = next;
    field.removeAttribute("aria-activedescendant");
    const option = options[at];
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
}

function element(tag, name, attributes, text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}
