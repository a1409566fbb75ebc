// Keys, the palette and focus. Each key presses something that stands on the page: nothing here does what no button does.

const GO = { q: ["/queue"], d: ["/deadlines"], c: ["/clients", "/connections"], r: ["/reports"] };

const one = (selector, root = document) => root.querySelector(selector);
/** What this script says, in the language of the page. */
const WORDS = one("#script-words")?.dataset ?? {};
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const typing = (target) => target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const links = () => all(".cases tr.case th a, [data-list] [data-item] a");

/** Opens what is folded and puts the focus into it; presses everything else. */
function press(element) {
  const field = element.matches(".field") && one("input, select, textarea", element);
  if (field) return field.focus();
  if (element.tagName !== "DETAILS") return element.click();
  element.open = true;
  one("input:not([type=hidden]), textarea, select", element)?.focus();
}

/** What has this key stands on the page, or on another part of the case. */
function pressKey(key) {
  const here = one(`[data-key="${key}"]`);
  if (here) return press(here), true;
  const part = one(`[data-keys~="${key}"]`);
  if (part && !part.hasAttribute("aria-current")) return (location.href = `${part.href}#key=${key}`), true;
  return false;
}

/** Says something where the page says what happened; a reader of the screen hears it. */
function say(text) {
  let place = one("#said");
  if (!place) {
    place = Object.assign(document.createElement("p"), { id: "said", className: "notice warn" });
    place.setAttribute("role", "status");
    one("#main").prepend(place);
  }
  place.textContent = text;
}

document.addEventListener("say", ({ detail }) => say(detail));

/** A key of the help whose action does not stand on this page: said, so that nobody waits for what does not come. */
function notOffered(key) {
  const names = all("dt", one("#script-words")?.content);
  const named = names.find((name) => name.textContent.split(", ").includes(key));
  if (named) say(WORDS.notOffered.replace("{what}", () => `${key}, ${named.nextElementSibling.textContent}`));
}

/** The case beside this one in the list that the person came from. */
function moveOn(step) {
  const list = JSON.parse(sessionStorage.getItem("list") ?? "[]");
  const at = list.findIndex((url) => location.pathname === url || location.pathname.startsWith(`${url}/`));
  const next = at < 0 ? undefined : list[at + step];
  next ? location.assign(next) : say(WORDS.noFurther);
}

function move(step) {
  if (one("#case-head[data-case]")) return moveOn(step);
  const list = links();
  if (!list.length) return false;
  const row = document.activeElement?.closest("tr, [data-item]");
  const at = list.findIndex((link) => link.closest("tr, [data-item]") === row);
  list[Math.min(Math.max(at + step, 0), list.length - 1)]?.focus();
}

function inRow(selector) {
  const found = one(selector, document.activeElement?.closest("tr, [data-item]") ?? document.createElement("i"));
  if (found) typing(found) ? found.focus() : found.click();
  return Boolean(found);
}

/** What is done with the selected cases, and with the one that has the focus where none is. */
function withCases(field) {
  const bulk = one("form#bulk");
  if (!bulk) return false;
  const box = one("input[name=case]", document.activeElement?.closest("tr") ?? document.createElement("i"));
  if (box && !one("input[name=case]:checked")) box.checked = true;
  one(field, bulk).focus();
}

/** The case of the row that has the focus: its state, the buyer's words and what is recommended, without going there. */
async function peek() {
  const link = document.activeElement;
  if (!links().includes(link)) return false;
  const box = dialog("peek", "", (box) => {
    box.append(document.createElement("div"));
    box.addEventListener("keydown", (event) => {
      const step = { j: 1, k: -1 }[event.key];
      if (event.key !== " " && !step || event.target.tagName === "BUTTON" && event.key === " ") return;
      event.preventDefault();
      box.close();
      if (step) move(step), peek();
    });
  });
  const [title, place] = [one("h2", box), one("div", box)];
  title.textContent = link.textContent;
  place.replaceChildren(WORDS.reading);
  const answer = await fetch(link.href, { headers: { accept: "text/html" } });
  if (title.textContent !== link.textContent) return;
  if (!answer.ok) return place.replaceChildren(WORDS.unreadable);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = all("#case-head, [aria-labelledby=says], [aria-labelledby=advice]", page);
  for (const part of parts) {
    all("form, [hidden]", part).forEach((form) => form.remove());
    for (const element of [part, ...all("[id], [aria-labelledby], [data-live]", part)]) {
      ["id", "aria-labelledby", "data-live", "data-case"].forEach((name) => element.removeAttribute(name));
    }
    all("h2", part).forEach((heading) => heading.replaceWith(Object.assign(document.createElement("h3"), { textContent: heading.textContent })));
  }
  place.replaceChildren(...parts);
}

function nextGap() {
  const gaps = all("[data-gap]");
  const at = gaps.indexOf(document.activeElement?.closest("[data-gap]"));
  gaps[(at + 1) % gaps.length]?.focus();
  return gaps.length > 0;
}

/** The reason why the gap that has the focus does not apply, or the first one. */
function notApplicable() {
  const gap = document.activeElement?.closest("[data-gap]") ?? one("[data-gap]");
  const skip = gap && one("details.aside", gap);
  if (skip) press(skip);
  return Boolean(skip);
}

/** What is brought for the gap that has the focus, or for anything. */
function bringHere() {
  const add = one("details.add", document.activeElement?.closest("[data-gap]") ?? document.createElement("i"));
  return add ? (press(add), true) : pressKey("u");
}

function dialog(id, title, fill) {
  let box = document.getElementById(id);
  if (!box) {
    box = Object.assign(document.createElement("dialog"), { id });
    box.setAttribute("aria-labelledby", `${id}-title`);
    const heading = Object.assign(document.createElement("h2"), { id: `${id}-title`, textContent: title });
    const close = Object.assign(document.createElement("button"), { textContent: WORDS.close, className: "quiet" });
    close.addEventListener("click", () => box.close());
    box.append(heading, close);
    fill(box);
    document.body.append(box);
  }
  box.showModal();
  return box;
}

function help() {
  dialog("help", WORDS.keys, (box) => box.append(one("#script-words").content.cloneNode(true)));
}

/** Pages and what can be pressed here first, then open cases that fit. */
function palette() {
  const box = dialog("palette", WORDS.go, (box) => {
    const label = Object.assign(document.createElement("label"), { htmlFor: "palette-find", textContent: WORDS.find });
    const find = Object.assign(document.createElement("input"), { id: "palette-find", autocomplete: "off" });
    const list = Object.assign(document.createElement("ul"), { className: "plain found" });
    box.append(label, find, list);
    find.addEventListener("input", () => show(find.value, list));
    box.addEventListener("keydown", (event) => {
      const items = [find, ...all("a, button", list)];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
      } else if (event.key === "Enter" && document.activeElement === find) {
        event.preventDefault();
        items[1]?.click();
      }
    });
  });
  const find = one("#palette-find", box);
  find.value = "";
  find.focus();
  show("", one(".found", box));
}

let asking = false, waiting;
async function show(text, list) {
  const wanted = text.trim().toLowerCase();
  const fits = (name) => name.toLowerCase().includes(wanted);
  const here = all("nav a, [data-key], [data-press]").map((element) => {
    const name = (one("summary, label", element) ?? element).textContent.trim();
    const item = Object.assign(document.createElement("button"), { textContent: name, className: "quiet" });
    item.addEventListener("click", () => (one("#palette").close(), press(element)));
    return item;
  });
  const shown = here.filter((item) => fits(item.textContent));
  const fill = (items) => list.replaceChildren(...items.map((item) => {
    const line = document.createElement("li");
    line.append(item);
    return line;
  }));
  fill(shown);
  // One question at a time; of what was typed meanwhile only the last is asked.
  waiting = () => more(text.trim(), list, shown, fill);
  if (asking) return;
  asking = true;
  while (waiting) {
    const ask = waiting;
    waiting = undefined;
    await ask().catch(() => {});
  }
  asking = false;
}

/** Cases that fit, and the way to everything else that is known by this. */
async function more(text, list, shown, fill) {
  const link = (url, text) => Object.assign(document.createElement("a"), { href: url, textContent: text });
  const answer = await fetch(`/palette?q=${encodeURIComponent(text)}`);
  if (!answer.ok || waiting) return;
  const cases = (await answer.json()).map(({ url, text }) => link(url, text));
  const everything = Object.assign(document.createElement("button"), { textContent: WORDS.search.replace("{text}", () => text), className: "quiet" });
  everything.addEventListener("click", () => location.assign(`/search?q=${encodeURIComponent(text)}`));
  if (!waiting) fill([...shown, ...cases, ...(text ? [everything] : [])]);
}

let went = 0;
const KEYS = {
  j: () => move(1), k: () => move(-1), e: nextGap, w: notApplicable, u: bringHere, "?": help,
  x: () => inRow("input[type=checkbox]"), i: () => inRow("button[name=to]"),
  a: () => withCases("#to"), s: () => withCases("#until"),
  "/": () => { const search = one("input[type=search]"); search ? search.focus() : palette(); },
  b: () => { const bulk = one("form#bulk select"); bulk?.focus(); return Boolean(bulk); },
  g: () => { went = Date.now(); },
};

function go(key) {
  for (const start of GO[key] ?? []) {
    const link = one(`header nav a[href^="${start}"]`);
    if (link) return link.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  // A key that is held moves; it presses nothing twice, and nothing on a page that has just come.
  if (event.repeat && (one("#case-head") || !["j", "k"].includes(event.key))) return;
  if (event.ctrlKey || event.metaKey) {
    const done = { k: () => (palette(), true), Enter: () => pressKey("Ctrl-Enter") }[event.key]?.();
    if (done) event.preventDefault();
    return;
  }
  if (one("dialog[open]")) return;
  // Out of a field, so that keys are keys again.
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target)) return;
  if (event.key === " " && links().includes(document.activeElement)) return event.preventDefault(), void peek();
  if (event.key === "Enter") {
    if (document.activeElement === document.body && pressKey("Enter")) event.preventDefault();
    return;
  }
  if (Date.now() - went < 1500 && event.key in GO) {
    went = 0;
    event.preventDefault();
    return go(event.key);
  }
  const known = KEYS[event.key];
  const done = known ? known() !== false : false;
  if (done || (event.key.length === 1 || event.key === "Escape") && pressKey(event.key)) event.preventDefault();
  else if (event.key.length === 1) notOffered(event.key);
});

// Where a page begins: at what went wrong, at the key that led here, at the row that had the focus, or at the first one.
function begin() {
  const key = location.hash.match(/^#key=(.)$/)?.[1];
  const alert = one("[role=alert]");
  if (alert) return alert.setAttribute("tabindex", "-1"), alert.focus();
  if (key) {
    // Once: a reload is no second press.
    history.replaceState(null, "", location.pathname + location.search);
    return KEYS[key]?.() || pressKey(key);
  }
  if (one("[autofocus]")) return;
  const done = one("#done");
  // Where Enter leads on, it must not press anything else, and nothing may stand in its way.
  if (done && !links().length && !one('[data-key="Enter"]')) return done.focus();
  // The focus stays in the list; what was done is heard because it is said anew.
  if (done) setTimeout(() => done.replaceChildren(done.textContent), 200);
  const list = links();
  const last = sessionStorage.getItem(`focus ${location.pathname}`);
  (list.find((link) => link.getAttribute("href") === last) ?? list[0])?.focus();
}
document.addEventListener("focusin", ({ target }) => {
  const list = links();
  if (!list.includes(target)) return;
  sessionStorage.setItem(`focus ${location.pathname}`, target.getAttribute("href"));
  // A case that is opened from here knows which one comes next.
  if (!one("#case-head")) sessionStorage.setItem("list", JSON.stringify(list.map((link) => link.getAttribute("href"))));
});
begin();
