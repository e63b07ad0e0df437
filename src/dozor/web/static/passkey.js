// Passkeys: asks the server what to sign, lets the browser sign it, sends the answer back.
// Without this script, or without passkeys in the browser, the page's code field does the same service.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function readable(options) {
  const asked = options.publicKey;
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const list of [asked.allowCredentials, asked.excludeCredentials]) {
    for (const one of list || []) one.id = bytes(one.id);
  }
  return options;
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    clientExtensionResults: {},
  };
}

async function send(place, address, fields) {
  const reply = await fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": place.dataset.token },
    body: new URLSearchParams(fields),
  });
  if (reply.redirected) {
    location.assign(reply.url);
    return new Promise(() => {});
  }
  const told = await reply.json();
  if (!reply.ok) throw new Error(told.said || place.dataset.stopped);
  return told;
}

async function go(place) {
  const field = (name) => (place.querySelector(`[data-${name}]`) || { value: "" }).value;
  const said = place.querySelector("[data-said]");
  said.textContent = "";
  try {
    const options = readable(
      await send(place, place.dataset.ask, { for: place.dataset.for, present: field("present") })
    );
    let credential;
    try {
      credential = await (place.dataset.for === "enrol"
        ? navigator.credentials.create(options)
        : navigator.credentials.get(options));
    } catch {
      throw new Error(place.dataset.stopped);
    }
    const told = await send(place, place.dataset.answer, {
      answer: JSON.stringify(written(credential)), name: field("name"),
    });
    location.assign(told.to);
  } catch (problem) {
    said.textContent = problem.message;
  }
}

for (const place of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  place.hidden = false;
  place.querySelector("[data-go]").addEventListener("click", () => go(place));
}
