// Reads an AsyncAPI document with the parser of AsyncAPI itself, and prints what that says of it as one JSON object.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(await readFile(process.argv[2], "utf-8"));
const severities = ["error", "warning", "information", "hint"];
const said = diagnostics.map(({ severity, code, message, path }) => {
  return { severity: severities[severity], code, message, path: path.join(".") };
});
const channels = document ? document.channels().all().map((channel) => channel.address()) : [];
const operations = document ? document.operations().all().map((operation) => operation.id()) : [];
process.stdout.write(JSON.stringify({ said, channels, operations, version: document?.version() ?? null }));
