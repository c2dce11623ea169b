// Reads an AsyncAPI document from stdin, and writes what its own validator has against it, as JSON.
import { text } from "node:stream/consumers";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const complaints = diagnostics.map(({ message, path, severity }) => ({
  message,
  path: path.join("."),
  severity,
}));
process.stdout.write(JSON.stringify({ is_valid: document !== undefined, complaints }));
