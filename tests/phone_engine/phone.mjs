// A phone that fills forms: it asks a server for its list of forms, downloads one, fills it with the engine of
// ODK Web Forms in each of the form's languages until every question has been asked at least once, and sends
// what the engine wrote. An order that holds records gives the engine these answers instead, each in the next language.
// One order is one line of JSON on standard input, its account one line on standard output.
import process from "node:process";
import { createInterface } from "node:readline";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
for (const name of ["DOMParser", "XMLSerializer", "document", "Node", "Element", "Document", "XMLDocument",
  "Text", "Attr", "CharacterData", "Comment", "XPathResult"]) globalThis[name] = window[name];
// the engine's parser starts with the first form, takes a global `process` for a sign of CommonJS and looks for __dirname
const SMALLEST = `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>a</h:title>
<model><instance><data id="a"><a/></data></instance><bind nodeset="/data/a" relevant="1"/></model></h:head>
<h:body><input ref="/data/a"/></h:body></h:html>`;
delete globalThis.process;
const { loadForm } = await import("@getodk/xforms-engine");
await loadForm(SMALLEST);
globalThis.process = process;

const MOST_FILLS = 14;
const WORDS = ["слово", "слова", "word"];

// Mulberry32: the same seed, the same answers
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ANSWERED = new Set(["input", "select", "range", "rank", "trigger"]);
const bind = (node) => node.definition.bind;
const nameOf = (node) => node.definition.nodeName ?? node.definition.nodeset.split("/").at(-1).replace(/^.*:/, "");
const nodeset = (node) => node.definition.nodeset;

function* leaves(node) {
  if (!node.currentState.children) yield node;
  else for (const child of node.currentState.children) yield* leaves(child);
}
const isOpen = (node) => ANSWERED.has(node.nodeType) && node.currentState.relevant && !node.currentState.readonly;

// what the conditions of questions not yet asked wish for: nodeset → Map(value → how many wish it)
function wishes(root, seen) {
  const wished = new Map();
  const wish = (path, value, weight) => {
    const values = wished.get(path) ?? wished.set(path, new Map()).get(path);
    values.set(value, (values.get(value) ?? 0) + weight);
  };
  const visit = (node, conditions) => {
    const own = bind(node)?.relevant?.expression;
    const all = own && own !== "true()" ? [...conditions, own] : conditions;
    const children = node.currentState.children;
    if (children) return children.forEach((child) => visit(child, all));
    if (!(ANSWERED.has(node.nodeType) || node.nodeType === "note") || seen.has(nodeset(node))) return;
    for (const text of all) {
      for (const [, path, sign, word, number] of text.matchAll(
        /(\/[\w/.-]+)\s*(!=|>=|<=|=|>|<)\s*(?:'([^']*)'|(-?[\d.]+))/g)) {
        if (word !== undefined) wish(path, word, sign === "=" ? 1 : -1);
        else {
          const n = Number(number);
          wish(path, String(n + (sign === ">" ? 1 : sign === "<" ? -1 : sign === "!=" ? 1 : 0)), 1);
        }
      }
      for (const [, path, word] of text.matchAll(/selected\(\s*(\/[\w/.-]+)\s*,\s*'([^']*)'/g)) wish(path, word, 1);
    }
  };
  visit(root, []);
  return wished;
}

function candidates(node, wished, dice, number, language) {
  const constraint = bind(node).constraint?.expression ?? "";
  const numbers = [...constraint.matchAll(/-?\d+(?:\.\d+)?/g)].map((m) => Number(m[0]));
  const year = new Date().getFullYear();
  const shuffled = (list) => list.map((v) => [dice(), v]).sort((a, b) => a[0] - b[0]).map(([, v]) => v);
  const asked = [...(wished.get(nodeset(node)) ?? new Map())].filter(([, w]) => w > 0)
    .sort((a, b) => b[1] - a[1]).map(([value]) => value);
  if (node.nodeType === "select" || node.nodeType === "rank") {
    const options = node.currentState.valueOptions.map((option) => option.value);
    const shunned = [...(wished.get(nodeset(node)) ?? new Map())].filter(([, w]) => w < 0).map(([value]) => value);
    const rest = shuffled(options);
    return [...asked.filter((v) => options.includes(v)), ...rest.filter((v) => !shunned.includes(v)), ...rest];
  }
  switch (node.valueType) {
    case "int":
    case "decimal":
      return [...asked, ...shuffled([1, 2, 3, ...numbers, ...numbers.map((n) => n + 1)]), 0, 5, 10, 20, 100, 1000, year]
        .map((v) => String(v));
    case "date":
      return [...asked.filter((v) => /^\d{4}-/.test(v)), ...shuffled([`${year}-02-03`, `${year}-01-15`]),
        `${year - 1}-06-01`, new Date().toISOString().slice(0, 10), `${year - 2}-05-01`];
    case "time":
      return ["09:30:00.000+03:00"];
    case "dateTime":
      return [new Date().toISOString()];
    default: {
      const code = `k${number}-${Math.floor(dice() * 1e5)}`;
      return constraint
        ? [...asked, code, code.slice(0, 6), `${number}`, `${year}`, "12", "123456", "A-1", WORDS[language]]
        : [...asked, WORDS[language]];
    }
  }
}

function give(node, value) {
  if (node.nodeType === "select") node.selectType === "select" ? node.selectValues([value]) : node.selectValue(value);
  else if (node.nodeType === "rank") node.setValues(node.currentState.valueOptions.map((o) => o.value));
  else if (node.nodeType === "trigger") node.setValue(true);
  else node.setValue(value);
}

const violation = (node) => node.validationState.violation;

function answer(node, context) {
  const { root, seen, dice, number, language, account } = context;
  const tries = candidates(node, wishes(root, seen), dice, number, language);
  for (const value of tries) {
    give(node, value);
    const broken = violation(node);
    if (!broken) return;
    if (broken.condition === "constraint" && broken.message)
      account.refused[nameOf(node)] ??= { value, message: broken.message.asString };
  }
  throw new Error(`${nodeset(node)}: none of ${tries.join(", ")} is taken`);
}

// a question with a rule of its own is given something senseless first: the form must say so in words
function provoke(node, account) {
  const name = nameOf(node);
  if (!bind(node).constraint?.expression || account.refused[name]) return;
  const numeric = node.valueType === "int" || node.valueType === "decimal";
  const senseless = numeric ? ["-77777", "99999999"] : node.valueType === "date" ? ["1800-01-01", "2200-01-01"] : ["?"];
  for (const value of senseless) {
    give(node, value);
    const broken = violation(node);
    if (broken?.condition !== "constraint") continue;
    account.refused[name] = { value, message: broken.message?.asString ?? "" };
    break;
  }
}

function fill(form, { number, language, seen, dice }) {
  const instance = form.createInstance({ preloadProperties: { deviceID: "collect:engine" } });
  const { root } = instance;
  root.setLanguage(root.languages[language]);
  const account = { language: root.currentState.activeLanguage.language, labels: {}, options: {}, refused: {} };
  const context = { root, seen, dice, number, language, account };
  const done = new Set();
  for (const node of everyNode(root)) if (node.nodeType === "repeat-range:uncontrolled") node.addInstances(undefined, 1);
  for (;;) {
    const next = [...leaves(root)].find((node) => isOpen(node) && !done.has(node.currentState.reference));
    if (!next) break;
    provoke(next, account);
    answer(next, context);
    done.add(next.currentState.reference);
    account.labels[nameOf(next)] = next.currentState.label?.asString ?? "";
    if (next.nodeType === "select")
      account.options[nameOf(next)] = Object.fromEntries(
        next.currentState.valueOptions.map((o) => [o.value, o.label?.asString ?? ""]));
  }
  for (const node of leaves(root))
    if (node.currentState.relevant && (ANSWERED.has(node.nodeType) || node.nodeType === "note")) seen.add(nodeset(node));
  return { instance, account };
}

function* everyNode(node) {
  yield node;
  for (const child of node.currentState.children ?? []) yield* everyNode(child);
}

function answersOf(root) {
  // by question; of a question in a repeat, the answer of each turn
  const answers = {};
  for (const node of leaves(root)) {
    if (!ANSWERED.has(node.nodeType) || !node.currentState.relevant) continue;
    const text = node.currentState.instanceValue;
    if (text === "") continue;
    if (/\[\d+\]/.test(node.currentState.reference)) (answers[nameOf(node)] ??= []).push(text);
    else answers[nameOf(node)] = text;
  }
  return answers;
}

const OPENROSA = { "X-OpenRosa-Version": "1.0" };

async function download(server, wanted) {
  const listed = await fetch(`${server}/formList?deviceID=collect%3Aengine`, { headers: OPENROSA });
  const list = new window.DOMParser().parseFromString(await listed.text(), "text/xml");
  const form = [...list.querySelectorAll("xform")].find((x) => x.querySelector("formID").textContent === wanted);
  if (!form) throw new Error(`${wanted}: not in the list`);
  const reply = await fetch(form.querySelector("downloadUrl").textContent);
  if (!reply.ok) throw new Error(`${wanted}: ${reply.status}`);
  return reply.text();
}

async function send(server, instance) {
  const payload = await instance.root.prepareInstancePayload({ payloadType: "monolithic" });
  if (payload.status !== "ready") {
    const broken = payload.violations.map((v) => `${v.reference}: ${v.violation.condition}`);
    throw new Error(`the engine would not send: ${broken.join("; ")}`);
  }
  const post = () => fetch(`${server}/submission?deviceID=collect%3Aengine`,
    { method: "POST", headers: OPENROSA, body: payload.data[0] });
  // a connection that the server let go of meanwhile: sent again, as Collect does; the same record is kept once
  const reply = await post().catch(post);
  return { status: reply.status, reply: await reply.text() };
}

// a person's answers, given one after the other as they are asked; what is not asked is not given
function fillAs(form, { texts, repeats }, language) {
  const instance = form.createInstance({ preloadProperties: { deviceID: "collect:engine" } });
  const { root } = instance;
  root.setLanguage(root.languages[language]);
  for (const node of everyNode(root))
    if (node.nodeType === "repeat-range:uncontrolled") {
      const more = (repeats[nameOf(node)] ?? []).length - node.currentState.children.length;
      if (more > 0) node.addInstances(undefined, more);
    }
  const done = new Set();
  for (let asked = true; asked;) {
    asked = false;
    for (const node of [...leaves(root)]) {
      const { reference } = node.currentState;
      if (done.has(reference) || !isOpen(node)) continue;
      done.add(reference);
      asked = true;
      const turn = reference.match(/\/(\w+)\[(\d+)\]\/[^[]*$/);
      const given = turn && repeats[turn[1]] ? repeats[turn[1]][turn[2] - 1] : texts;
      const value = given[nameOf(node)] ?? "";
      if (value === "") continue;
      if (node.nodeType === "select" && node.selectType === "select") node.selectValues(value.split(" "));
      else give(node, value);
      const broken = violation(node);
      if (broken?.condition === "constraint") throw new Error(`${reference}: ${value} is not taken`);
    }
  }
  return instance;
}

async function sendRecords(form, server, records) {
  const replies = [];
  for (const [number, record] of records.entries()) {
    const instance = fillAs(form, record, number % 3);
    const id = [...everyNode(instance.root)].find((n) => nameOf(n) === "instanceID").currentState.instanceValue;
    replies.push({ id, ...(await send(server, instance)) });
  }
  return replies;
}

async function take({ server, form: wanted, seed, records }) {
  const form = await loadForm(await download(server, wanted));
  if (records && form.status === "success")
    return { form: wanted, replies: await sendRecords(form, server, records) };
  if (form.status !== "success") throw new Error(`${wanted}: ${form.status} ${form.error ?? JSON.stringify(form.warnings)}`);
  const fills = [];
  const unasked = {};
  let number = 0;
  for (let language = 0; language < 3; language++) {
    const seen = new Set();
    let missing;
    for (let tries = 0; tries < MOST_FILLS; tries++, number++) {
      const { instance, account } = fill(form, { number, language, seen, dice: random(seed + number) });
      const id = [...everyNode(instance.root)].find((n) => nameOf(n) === "instanceID").currentState.instanceValue;
      fills.push({ ...account, id, answers: answersOf(instance.root), ...(await send(server, instance)) });
      missing = [...leaves(instance.root)].filter((n) => ANSWERED.has(n.nodeType) || n.nodeType === "note")
        .map(nodeset).filter((path) => !seen.has(path));
      if (missing.length === 0) break;
    }
    unasked[fills.at(-1).language] = missing;
  }
  return { form: wanted, fills, unasked };
}

for await (const line of createInterface({ input: process.stdin })) {
  let told;
  try {
    told = await take(JSON.parse(line));
  } catch (problem) {
    told = { problem: String(problem.stack ?? problem) };
  }
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
