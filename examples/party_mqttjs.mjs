// A party of an exercise with MQTT.js: waits for the clock, and tells the level at which it works.
// Once, here: npm install. Usage: node party_mqttjs.mjs CREDENTIALS PARTY ACTIVITY LEVEL
import { readFileSync } from "node:fs";
import mqtt from "mqtt";

const [credentials, party, activity, level] = process.argv.slice(2);
const keys = JSON.parse(readFileSync(credentials, "utf8"));

const client = await mqtt.connectAsync(`${keys.tls ? "mqtts" : "mqtt"}://${keys.host}:${keys.port}`, {
  protocolVersion: 5,
  username: keys.prefix + party,
  password: keys.accounts[party],
  ca: keys.ca ? readFileSync(keys.ca) : undefined, // else those that this machine trusts
});

const clock = new Promise((resolve) => client.once("message", (_topic, payload) => resolve(JSON.parse(payload))));
await client.subscribeAsync(keys.root + "clock", { qos: 1 });
const { time, exercisems } = await clock;
const event = {
  specversion: "1.0",
  id: `${party}-mqttjs-1`, // the party, a dash, and a word that is no number
  source: `/party/${party}`,
  type: "nl.beeld.scaling",
  time,
  exercisems,
  sequence: 1,
  data: { message: "scaling", level },
};
try {
  const topic = `${keys.root}activity/${activity}/scaling/${party}`;
  await client.publishAsync(topic, JSON.stringify(event), { qos: 1, retain: true });
  console.log("accepted");
} catch (error) {
  console.log(`refused: ${error.message}`);
  process.exitCode = 1;
}
await client.endAsync();
