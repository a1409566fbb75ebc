// What changes meanwhile shows by itself: the figures of the queue, and the state of a case.

const head = document.querySelector("#case-head[data-case]");
const counts = document.querySelector("[data-count]");
/** What this script says, in the language of the page. */
const WORDS = document.querySelector("#script-words")?.dataset ?? {};

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
      // What had the focus has it again, where it still stands there.
      const held = shown.contains(document.activeElement) && document.activeElement;
      const same = held && ["data-key", "name", "href"].find((name) => held.hasAttribute(name));
      shown.replaceWith(document.adoptNode(fresh));
      if (same) fresh.querySelector(`[${same}="${CSS.escape(held.getAttribute(same))}"]`)?.focus();
    }
  }
}

/** Says that what is shown grows old, or that it does not any more. */
function stale(is) {
  let place = document.querySelector("#stale");
  if (!is) return place?.remove();
  if (place) return;
  place = Object.assign(document.createElement("p"), { id: "stale", className: "notice warn", textContent: WORDS.stale });
  place.setAttribute("role", "status");
  document.querySelector("#main")?.prepend(place);
}

let source;
/** One connection for a page that is seen: a browser has few of them for each host, and a hidden page needs none. */
function listen() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource(head ? `/live?case=${head.dataset.case}` : "/live");
  source.addEventListener("open", () => stale(false));
  // It opens again by itself where it only broke off; where it was refused it does not.
  source.addEventListener("error", ({ target }) => stale(target.readyState === EventSource.CLOSED));
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
}

if (head || counts) {
  const look = () => (document.hidden ? source?.close() : listen());
  look();
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", look);
}
