// A form that is filled in on a page: saves as somebody types, follows the instrument's skips and rules,
// keeps the answers when the network is away and sends them when it is back. Without this file the page
// works too: every button is a button of the form.
(() => {
  "use strict";
  const form = document.getElementById("fill");
  if (!form) return;

  const words = form.dataset;
  const state = document.getElementById("save-state");
  const faults = document.getElementById("faults");
  const sums = document.getElementById("sums");
  const PAUSE = 700, RETRY = 8000;
  const prefix = `dozor-form:${words.round}:${words.agency}:`;
  const own = () => prefix + form.elements.instance.value;
  let timer = 0, isSaving = false, isChanged = false, isQueued = false, isGone = false;

  form.querySelectorAll(".when").forEach((one) => { one.hidden = true; });

  // --- conditions, as core/plan/conditions.py reads them ---------------------------------------------

  const questions = (root = form) => [...root.querySelectorAll("[data-question]")]
    .filter((one) => !one.closest("template"));
  const turnOf = (question) => question.closest("[data-turn]");
  const inputs = (question) => [...question.querySelectorAll("input, select, textarea")];

  function textOf(question) {
    const all = inputs(question);
    if (["radio", "checks"].includes(question.dataset.control)) {
      return all.filter((one) => one.checked).map((one) => one.value).join(" ");
    }
    return (all[0]?.value ?? "").trim();
  }

  const plainNumber = (text) => text.replace(/[\s\u00a0\u202f\u2009]+/g, "").replace(",", ".").replace("−", "-");

  function valueOf(question) {
    const text = textOf(question);
    if (text === "") return "";
    if (question.dataset.control === "number") {
      const plain = plainNumber(text);
      const fits = question.dataset.whole !== undefined ? /^[+-]?\d{1,18}$/ : /^[+-]?\d{1,18}(\.\d{1,12})?$/;
      return fits.test(plain) ? Number(plain) : NaN;
    }
    if (question.dataset.control === "day") return dayNumber(text);
    return text;
  }

  function dayNumber(text) {
    const at = Date.parse(`${text}T00:00:00Z`);
    return Number.isNaN(at) ? NaN : at / 86400000;
  }

  function operand(one, values, self) {
    switch (one[0]) {
      case "ref": return one[1] === "" ? self : values.get(one[1]) ?? "";
      case "is": return one[1];
      case "today": return dayNumber(words.today);
      default: return dayNumber(one[1]);
    }
  }

  function holds(condition, values, self = "") {
    const [sign, ...parts] = condition;
    if (sign === "all") return parts.every((one) => holds(one, values, self));
    if (sign === "any") return parts.some((one) => holds(one, values, self));
    if (sign === "regex") {
      return new RegExp(parts[1], "u").test(String(operand(parts[0], values, self))) !== parts[2];
    }
    const left = operand(parts[0], values, self), right = operand(parts[1], values, self);
    const isText = typeof left === "string" && typeof right === "string";
    if (isText && (sign === "=" || sign === "!=")) return (left === right) === (sign === "=");
    const a = left === "" ? NaN : Number(left), b = right === "" ? NaN : Number(right);
    switch (sign) {
      case "=": return a === b;
      case "!=": return a !== b;
      case "<": return a < b;
      case "<=": return a <= b;
      case ">": return a > b;
      default: return a >= b;
    }
  }

  function named(condition, found = []) {
    for (const part of condition) {
      if (!Array.isArray(part)) continue;
      if (part[0] === "ref") { if (part[1]) found.push(part[1]); } else named(part, found);
    }
    return found;
  }

  // Shows the questions that are asked and hides the others, in the order of the page; an answer to a
  // question that is not asked counts for nothing further down.
  function follow() {
    const once = new Map(), inTurn = new Map(), asked = [];
    for (const question of questions()) {
      const turn = turnOf(question);
      if (turn && !inTurn.has(turn)) inTurn.set(turn, new Map(once));
      const values = turn ? inTurn.get(turn) : once;
      const is = !question.dataset.relevant || holds(JSON.parse(question.dataset.relevant), values);
      question.hidden = !is;
      const value = is && question.dataset.field ? valueOf(question) : "";
      if (question.dataset.field) values.set(question.dataset.field, value);
      if (is) asked.push([question, value, values]);
    }
    form.querySelectorAll("section.group").forEach((group) => {
      if (group === sums) return;
      const all = questions(group);
      group.hidden = all.length > 0 && all.every((one) => one.hidden);
    });
    return asked;
  }

  // --- what is wrong -------------------------------------------------------------------------------

  function wrong([question, value, values], isSending) {
    const text = textOf(question);
    if (!question.dataset.field) return "";
    if (text === "") return isSending && question.dataset.required !== undefined ? words.wordMissing : "";
    if (Number.isNaN(value)) {
      return question.dataset.whole !== undefined ? words.wordWhole : words.wordNumber;
    }
    if (!question.dataset.rule) return "";
    const rule = JSON.parse(question.dataset.rule);
    const leans = named(rule).some((name) => values.get(name) === "" || Number.isNaN(values.get(name)));
    return leans || holds(rule, values, value) ? "" : question.dataset.message;
  }

  function tell(question, text) {
    const said = question.querySelector(".fault");
    if (!said) return;
    if (said.textContent !== text) said.textContent = text;
    question.classList.toggle("faulty", text !== "");
    inputs(question).forEach((one) => {
      if (["radio", "checkbox"].includes(one.type)) return;
      if (text) one.setAttribute("aria-invalid", "true"); else one.removeAttribute("aria-invalid");
    });
  }

  function labelOf(question) {
    const label = (question.querySelector("legend, label")?.firstChild?.textContent ?? "").trim();
    const turn = turnOf(question);
    const heading = turn ? turn.querySelector("legend").textContent : question.closest("section")?.querySelector("h2")?.textContent;
    return (heading ? `${heading.trim().replace(/\s+/g, " ")}: ` : "") + label.replace(/[?:.]+$/, "");
  }

  function list(found) {
    faults.hidden = found.length === 0;
    const items = found.map(([question, text]) => {
      const item = document.createElement("li");
      const first = question && inputs(question)[0];
      if (first) {
        const link = document.createElement("a");
        link.href = `#${first.id}`;
        link.textContent = `${labelOf(question)}: ${text}`;
        item.append(link);
      } else item.textContent = text;
      return item;
    });
    faults.querySelector("ul").replaceChildren(...items);
  }

  // Beside the questions already answered as somebody goes; at the top too when the form is sent.
  function check(isSending, only = null) {
    const asked = follow(), found = [];
    for (const one of asked) {
      const [question] = one;
      if (only && only !== question && !question.classList.contains("faulty")) continue;
      const text = wrong(one, isSending);
      tell(question, text);
      if (text) found.push([question, text]);
    }
    if (isSending || !faults.hidden) list(found);
    return found;
  }

  // --- entries of a repeated group -------------------------------------------------------------------

  function number() {
    form.querySelectorAll("[data-group]").forEach((group) => {
      group.querySelectorAll(":scope > .turns > [data-turn]").forEach((turn, place) => {
        turn.querySelector(".turn-number").textContent = String(place + 1);
        const name = group.dataset.group;
        turn.querySelectorAll("[name]").forEach((one) => {
          if (one.name === "turn") one.value = `${name}.${place}`;
          else if (one.name === "act") one.value = `remove:${name}:${place}`;
          else {
            const isChecked = one.checked;
            one.name = one.name.replace(/^t\.(\w+)\.[^.]+\./, `t.$1.${place}.`);
            one.checked = isChecked;
          }
        });
      });
    });
  }

  let made = 10000;
  function add(name) {
    const group = form.querySelector(`[data-group="${CSS.escape(name)}"]`);
    const pattern = group.querySelector("template").content.cloneNode(true);
    const turn = pattern.querySelector("[data-turn]");
    const mark = String(made++);  // circles of two entries must not be one set while they are numbered
    for (const one of turn.querySelectorAll("*")) {
      for (const attribute of [...one.attributes]) {
        if (attribute.value.includes("__n__")) {
          one.setAttribute(attribute.name, attribute.value.replaceAll("__n__", mark));
        }
      }
    }
    turn.querySelectorAll(".when").forEach((one) => { one.hidden = true; });
    group.querySelector(".turns").append(pattern);
    number();
    return turn;
  }

  // --- saving ---------------------------------------------------------------------------------------

  function show(name, text, more = "") {
    state.dataset.state = name;
    if (state.firstElementChild.textContent !== text) state.firstElementChild.textContent = text;
    state.lastElementChild.textContent = more;
  }

  async function post(act) {
    const send = async () => {
      const body = new FormData(form);
      body.set("act", act);
      return fetch(words.save, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
    };
    let answer = await send();
    if (answer.status === 403 || answer.type === "opaqueredirect") {
      // a new session has a new token: somebody has signed in again in another window
      const again = await fetch(words.save, { credentials: "same-origin", redirect: "manual" });
      if (!again.ok) return null;
      form.elements.csrfmiddlewaretoken.value = (await again.json()).token;
      answer = await send();
    }
    if (!(answer.headers.get("Content-Type") ?? "").includes("json")) {
      if (answer.status >= 500) throw new TypeError("the server is away");
      return null;
    }
    return answer.json();
  }

  async function save(act = "save") {
    if (isSaving || isGone) return;
    window.clearTimeout(timer);
    isSaving = true;
    isChanged = false;
    show("saving", act === "send" ? words.wordSending : words.wordSaving);
    let said;
    try {
      said = await post(act);
    } catch {
      isSaving = false;
      isChanged = true;
      await away();
      return;
    }
    isSaving = false;
    if (said === null) {
      isQueued = false;
      isChanged = true;
      await keep();
      show("refused", words.wordSignin);
      return;
    }
    take(said, act);
    if (isChanged && !isGone) later(0);
  }

  function take(said, act) {
    if (said.version) form.elements.base.value = said.version;
    if (said.here && !said.here.startsWith(location.pathname)) {
      history.replaceState(null, "", said.here);
    }
    total(said.sums);
    if (said.state === "sent") {
      isGone = true;
      forget();
      location.assign(said.go);
      return;
    }
    if (act === "send") isQueued = false;  // else: sent while this save was on its way
    if (said.state === "saved" || said.state === "empty") {
      if (!isChanged) forget();
      show("saved", said.state === "empty" ? words.wordEmpty : `${words.wordSaved} ${said.at}`);
      return;
    }
    const found = said.faults.map((one) => [place(one.field, one.turn), one.words]);
    found.forEach(([question, text]) => { if (question) tell(question, text); });
    list(found);
    if (said.state === "incomplete") show("saved", words.wordIncomplete);
    else show("refused", said.state === "changed" ? words.wordChanged : words.wordRefused);
    faults.focus();
  }

  function place(field, turn) {
    if (!field) return null;
    const all = questions().filter((one) => one.dataset.field === field);
    return turn ? all[turn - 1] ?? null : all[0] ?? null;
  }

  function total(rows) {
    sums.hidden = rows.length === 0;
    sums.querySelector("dl").replaceChildren(...rows.flatMap((row) => {
      const label = document.createElement("dt"), sum = document.createElement("dd");
      label.textContent = row.label;
      sum.textContent = row.total;
      sum.className = "num";
      return [label, sum];
    }));
  }

  // From here until it is saved the page says so.
  function touched() {
    isChanged = true;
    if (state.dataset.state !== "offline") show("saving", words.wordSaving);
    if (!isSaving) later();
  }

  function later(pause = PAUSE) {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => save(isQueued ? "send" : "save"), pause);
  }

  async function away() {
    const isKept = await keep();
    const more = isKept ? words.wordKept : words.wordOpen;
    show("offline", words.wordOffline, isQueued ? `${words.wordQueued} ${more}` : more);
    later(RETRY);
  }

  // --- kept in the browser, encrypted under a key that only the signed-in page is told ------------------

  const canKeep = () => Boolean(window.crypto?.subtle && window.localStorage);
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const cipher = () => crypto.subtle.importKey("raw", bytes(words.key), "AES-GCM", false, ["encrypt", "decrypt"]);

  function answers() {
    const kept = [];
    for (const [name, value] of new FormData(form)) {
      if (/^[qt]\./.test(name) || name === "turn") kept.push([name, String(value)]);
    }
    return { answers: kept, base: form.elements.base.value, instance: form.elements.instance.value, isQueued };
  }

  async function keep() {
    if (!canKeep()) return false;
    try {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const content = new TextEncoder().encode(JSON.stringify(answers()));
      const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await cipher(), content));
      localStorage.setItem(own(), btoa(String.fromCharCode(...iv, ...sealed)));
      return true;
    } catch {
      return false;
    }
  }

  function forget() {
    try { localStorage.removeItem(own()); } catch { /* nothing was kept there */ }
  }

  async function open(key) {
    try {
      const all = Uint8Array.from(atob(localStorage.getItem(key)), (sign) => sign.charCodeAt(0));
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: all.slice(0, 12) }, await cipher(), all.slice(12));
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return null;
    }
  }

  function fill(kept) {
    form.elements.instance.value = kept.instance;
    form.elements.base.value = kept.base;
    form.querySelectorAll(".turns").forEach((turns) => turns.replaceChildren());
    for (const [name, value] of kept.answers) if (name === "turn") add(value.split(".")[0]);
    const chosen = new Map();
    for (const [name, value] of kept.answers) chosen.set(name, [...(chosen.get(name) ?? []), value]);
    form.querySelectorAll("[name^='q.'], [name^='t.']").forEach((one) => {
      const values = chosen.get(one.name) ?? [];
      if (["radio", "checkbox"].includes(one.type)) one.checked = values.includes(one.value);
      else one.value = values[0] ?? "";
    });
    isChanged = true;
    check(false);
    later(0);
  }

  // A copy left by this page, or by one that was closed while the network was away, is offered again.
  async function recall() {
    if (!canKeep()) return;
    const isNew = form.elements.base.value === "0";
    const keys = Object.keys(localStorage).filter((key) => (isNew ? key.startsWith(prefix) : key === own()));
    for (const key of keys) {
      const kept = await open(key);
      if (kept === null) continue;
      offer(key, kept);
      return;
    }
  }

  function offer(key, kept) {
    const box = document.createElement("div");
    box.className = "aside";
    box.setAttribute("role", "status");
    const said = document.createElement("p"), row = document.createElement("p");
    said.textContent = words.wordFound;
    row.className = "actions";
    const take = document.createElement("button"), leave = document.createElement("button");
    take.type = leave.type = "button";
    take.textContent = words.wordTake;
    leave.textContent = words.wordLeave;
    take.addEventListener("click", () => { box.remove(); fill(kept); });
    leave.addEventListener("click", () => { localStorage.removeItem(key); box.remove(); });
    row.append(take, leave);
    box.append(said, row);
    form.prepend(box);
  }

  // --- the page ---------------------------------------------------------------------------------------

  form.addEventListener("input", () => {
    touched();
    follow();
  });
  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-question]");
    if (question) check(false, question);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.add !== undefined) {
      event.preventDefault();
      const turn = add(button.dataset.add);
      follow();
      turn.querySelector("input:not([type=hidden]), select")?.focus();
      touched();
    } else if (button.dataset.remove !== undefined) {
      event.preventDefault();
      const group = button.closest("[data-group]");
      button.closest("[data-turn]").remove();
      number();
      check(false);
      group.querySelector("[data-add]").focus();
      touched();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.dataset.send === undefined) {
      save();
      return;
    }
    if (check(true).length) {
      faults.focus();
      later(0);
      return;
    }
    isQueued = true;
    if (isSaving) isChanged = true; else save("send");
  });
  window.addEventListener("online", () => { if (isChanged || isQueued) later(0); });
  window.addEventListener("beforeunload", (event) => {
    if ((isChanged || isSaving) && !isGone) { keep(); event.preventDefault(); }
  });
  number();
  follow();
  recall();
})();
