// What changes meanwhile shows by itself: the figures of the queue, and the state of a case.

const head = document.querySelector("#case-head[data-case]");
const counts = document.querySelector("[data-count]");

/** Puts what changed in place of what is shown, but never under somebody's hands. */
async function renew() {
  // An answer to a form stands at an address of its own; the part that it shows has one that can be read.
  const part = document.querySelector("nav.tabs a[aria-current]")?.href ?? location.href;
  const answer = await fetch(part, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const fresh of page.querySelectorAll("[data-live][id]")) {
    const shown = document.getElementById(fresh.id);
    if (!shown) {
      const beside = document.querySelector("nav.tabs");
      beside?.after(document.adoptNode(fresh));
    } else if (!shown.contains(document.activeElement) || shown.id === "case-head") {
      shown.replaceWith(document.adoptNode(fresh));
    }
  }
}

if (head || counts) {
  const source = new EventSource(head ? `/live?case=${head.dataset.case}` : "/live");
  source.addEventListener("counts", ({ data }) => {
    for (const [name, value] of Object.entries(JSON.parse(data))) {
      const place = document.querySelector(`[data-count="${name}"]`);
      if (place && place.textContent !== String(value)) place.textContent = value;
    }
  });
  source.addEventListener("case", ({ data }) => {
    const shown = document.querySelector("#case-head")?.dataset.version;
    if (JSON.parse(data).version !== Number(shown)) renew();
  });
  addEventListener("pagehide", () => source.close());
}
