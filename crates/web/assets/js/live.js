// What changes meanwhile shows by itself: the figures of the queue, the cases of its list, and the state of a case.

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

/** The cases of a list, each with its version. */
const versions = (list) => new Map([...list.querySelectorAll("tr.case")].map((row) => [row.querySelector("th a")?.getAttribute("href"), row.dataset.version]));

/** Whether somebody is at work in the list: it does not change under their hands. */
function held(list) {
  const focus = document.activeElement;
  const typed = [...list.querySelectorAll("form input:not([type=hidden]):not([type=checkbox])")].some((field) => field.value !== field.defaultValue);
  return typed || list.querySelector("input:checked") || document.querySelector("dialog[open]") || list.contains(focus) && focus.matches("button, input, select");
}

/** Puts the list as it is now in place of what is shown, or says that it changed and leads to it. */
async function renewList() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [shown, fresh] = [document.querySelector("#list"), page.querySelector("#list")];
  if (!shown || !fresh) return;
  const [before, after] = [versions(shown), versions(fresh)];
  const gone = [...before.keys()].filter((url) => !after.has(url)).length;
  const changed = gone + [...after].filter(([url, version]) => before.get(url) !== version).length;
  const count = (list) => list.querySelector("caption")?.textContent;
  if (!changed && count(shown) === count(fresh)) return;
  const place = document.querySelector("#changed");
  const said = WORDS.changed.replace("{n}", () => changed);
  if (held(shown)) {
    return place.replaceChildren(said, " ", Object.assign(document.createElement("a"), { href: location.href, textContent: WORDS.showChanged }));
  }
  const focus = shown.contains(document.activeElement) && document.activeElement.getAttribute("href");
  shown.replaceWith(document.adoptNode(fresh));
  if (focus) fresh.querySelector(`a[href="${CSS.escape(focus)}"]`)?.focus();
  place.textContent = changed ? `${said} ${WORDS.upToDate}` : "";
}

let mark, reading;
/** One reading of the list at a time, and after it a rest: what changes meanwhile is in the next one. */
function listChanged(now) {
  if (!now || now === mark) return;
  const first = mark === undefined;
  mark = now;
  if (first || reading || !document.querySelector("#list")) return;
  const read = () => {
    const seen = mark;
    renewList().catch(() => {}).finally(() => setTimeout(() => (seen === mark ? (reading = undefined) : read()), 3000));
  };
  reading = true;
  read();
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
    const { mark: now, ...figures } = JSON.parse(data);
    listChanged(now);
    for (const [name, value] of Object.entries(figures)) {
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
