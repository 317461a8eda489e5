#!/usr/bin/env node
// A plugin of Watchword in JavaScript for Node, with its built-in modules only: see docs/protocol/plugin.md.
//
// It seals with AES-256-GCM as Node brings it. It is a sample: the keys lie in a file in the clear, and random nonces
// allow some 2^32 sealings under one key. Put your own method in the place of `shut` and `disclose`.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

class Told extends Error {} // its message is the error that is answered

const keys = new Map(); // "id version" -> secret, from the file named by the setting "keys": id and secret are hex in it
const bytes = (text) => Buffer.from(text, "base64");

function load(path) {
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const [id, version, secret] = line.trim().split(/\s+/);
    if (secret) keys.set(`${id} ${version}`, Buffer.from(secret, "hex"));
  }
}

function secretOf({ id, version }) {
  const name = bytes(id).toString("hex");
  const secret = keys.get(`${name} ${version}`);
  if (secret) return secret;
  throw new Told([...keys.keys()].some((key) => key.startsWith(name + " ")) ? "version-unknown" : "key-unknown");
}

function placeOf({ context, key }) {
  const version = Buffer.alloc(4);
  version.writeUInt32BE(key.version);
  return Buffer.concat([bytes(context.digest), bytes(key.id), version]);
}

function shut(ask) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", secretOf(ask.key), nonce, { authTagLength: 16 }).setAAD(placeOf(ask));
  return Buffer.concat([nonce, cipher.update(bytes(ask.data)), cipher.final(), cipher.getAuthTag()]);
}

function disclose(ask) {
  const secret = secretOf(ask.key);
  const data = bytes(ask.data);
  if (data.length < 28) throw new Told("altered");
  const cipher = createDecipheriv("aes-256-gcm", secret, data.subarray(0, 12), { authTagLength: 16 });
  cipher.setAAD(placeOf(ask)).setAuthTag(data.subarray(-16));
  try {
    return Buffer.concat([cipher.update(data.subarray(12, -16)), cipher.final()]);
  } catch {
    throw new Told("altered");
  }
}

function answer(ask) {
  const work = { wrap: shut, seal: shut, unwrap: disclose, open: disclose }[ask.op];
  if (work) return { data: work(ask).toString("base64") };
  if (ask.op === "hello") {
    if (!ask.versions.includes(1)) throw new Told("unknown-version");
    load(ask.settings.keys);
    return { version: 1, name: "Sample in JavaScript", release: "1", modes: ["wrap", "content"] };
  }
  if (ask.op !== "health") throw new Told("unknown-operation");
  const names = [...keys.keys()].map((name) => name.split(" "));
  return { keys: names.map(([id, version]) => ({ id: Buffer.from(id, "hex").toString("base64"), version: Number(version) })) };
}

let waiting = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  waiting = Buffer.concat([waiting, chunk]);
  while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE()) {
    const end = 4 + waiting.readUInt32BE();
    const ask = JSON.parse(waiting.subarray(4, end).toString("utf8"));
    waiting = waiting.subarray(end);
    let said;
    try { said = answer(ask); } catch (error) { said = { error: error instanceof Told ? error.message : "provider-down" }; }
    const text = Buffer.from(JSON.stringify({ id: ask.id, ...said }));
    process.stdout.write(Buffer.concat([Buffer.from([text.length >>> 24, text.length >>> 16, text.length >>> 8, text.length]), text]));
  }
});
