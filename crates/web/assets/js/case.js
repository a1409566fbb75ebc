// A case: pictures pasted anywhere, the statement kept as it is written, and how much of it is left.

const one = (selector, root = document) => root.querySelector(selector);
const head = one("#case-head[data-case]");
const key = one("input[name=form_key]")?.value;
/** What this script says, in the language of the page. */
const WORDS = one("#script-words")?.dataset ?? {};

/** Said by the page, as keys.js says things. */
const say = (text) => document.dispatchEvent(new CustomEvent("say", { detail: text }));

/** What a page says went wrong. */
async function problem(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return one("[role=alert]", page)?.textContent ?? WORDS.notTaken;
}

async function bring(file) {
  const form = new FormData();
  form.append("form_key", key);
  // Where a gap has the focus, the picture is for it.
  const gap = document.activeElement?.closest(".check-row");
  form.append("kind", (gap && one("input[name=kind]", gap)?.value) ?? one("form[data-paste] select[name=kind]")?.value ?? "other");
  form.append("title", WORDS.screenshot);
  form.append("place", WORDS.pasted);
  form.append("file", file, file.name || "screenshot.png");
  say(WORDS.adding);
  const answer = await fetch(`/cases/${head.dataset.case}/evidence/add`, { method: "POST", body: form });
  if (answer.status === 401) say(WORDS.loggedOut);
  else if (!answer.ok) say(await problem(answer));
  // Whoever is writing stays where they are; the picture is found on the evidence.
  else if (written()) say(WORDS.added);
  else location.assign(`/cases/${head.dataset.case}/evidence`);
}

/** Whether something was typed or chosen on this page that is not kept yet. */
function written() {
  const fields = [...document.querySelectorAll("#main textarea, #main input:not([type=hidden]), #main select")];
  return fields.some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.files.length > 0;
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    const chosen = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(chosen, 0);
  });
}

if (head && key && one("nav.tabs")) {
  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    bring(file).catch(() => say(WORDS.lost));
  });
}

const statement = one("textarea[data-limit]");
const left = one("[data-left]");
function count() {
  const rest = Number(statement.dataset.limit) - [...statement.value].length;
  left.textContent = rest;
  left.classList.toggle("over", rest < 0);
}
if (statement && left) {
  statement.addEventListener("input", count);
  count();
}

const form = one("form[data-autosave]");
if (form) {
  const text = one("textarea", form);
  const told = one("[data-saved]", form);
  let kept = text.value;
  let waiting, saving;
  const save = async () => {
    if (saving || text.value === kept) return;
    saving = true;
    const sent = text.value;
    const body = new URLSearchParams(new FormData(form));
    body.set("with", "same");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      // Somebody else wrote meanwhile: the page with both texts takes over, and nothing typed is lost.
      if (answer.status === 409) return form.submit();
      if (answer.status === 401) return void (told.textContent = WORDS.loggedOut);
      if (!answer.ok) return void (told.textContent = await problem(answer));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const based = one("form[data-autosave] [name=based_on]", page);
      if (!based) return void (told.textContent = WORDS.notTaken);
      one("[name=based_on]", form).value = based.value;
      kept = text.defaultValue = sent;
      told.textContent = WORDS.saved;
    } catch {
      told.textContent = WORDS.offline;
    } finally {
      saving = false;
    }
    if (text.value !== kept) later();
  };
  const later = () => {
    clearTimeout(waiting);
    // Each is a version that others may have begun from: one for a pause in writing, none for a breath.
    waiting = setTimeout(save, 3000);
    told.textContent = WORDS.unsaved;
  };
  text.addEventListener("input", later);
  // What is saved by hand is not saved beside that.
  form.addEventListener("submit", () => clearTimeout(waiting));
}
