// Follows the making of the photos' sizes in the editor of a piece. Without script the page says how
// far they are whenever it is loaded.

const FIRST = 2000;
const SLOWEST = 15000;

const place = document.querySelector("[data-photos]");
const waiting = () => document.querySelectorAll('.shots [data-state="processing"]').length;

async function look(pause) {
  try {
    const answer = await fetch(place.dataset.photos, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    show(await answer.json());
  } catch {
    // no network at the moment: asked again
  }
  if (waiting()) setTimeout(look, pause, Math.min(pause * 1.3, SLOWEST));
}

function show(told) {
  for (const photo of told.photos) {
    const frame = document.getElementById(`photo-${photo.id}`);
    if (!frame || frame.dataset.state === photo.state) continue;
    frame.dataset.state = photo.state;
    frame.querySelector(".shots__state").textContent = photo.say;
    frame.querySelector('button[value^="again"]').hidden = photo.state !== "failed";
  }
  const bar = place.querySelector("progress");
  if (bar) [bar.max, bar.value] = [told.total, told.done];
  place.querySelector("[role=status]").textContent = told.say;
  if (told.done === told.total) bar?.remove();
}

if (place && waiting()) {
  place.querySelector("[data-reload]")?.remove();
  setTimeout(look, FIRST, FIRST);
}
