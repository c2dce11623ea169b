// Reads cases from stdin and writes what our sample and the published library say of each, as JSON.
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { verify } from "../../docs/examples/webhooks/verify.mjs";

function byLibrary({ secret, headers, body }) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

function signed({ secret, headers, body }) {
  try {
    const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
    return new Webhook(secret).sign(headers["webhook-id"], at, body);
  } catch {
    return null;
  }
}

const cases = JSON.parse(await text(process.stdin)).map((one) => ({
  ...one,
  body: Buffer.from(one.body, "base64"),
}));
const said = cases.map((one) => ({
  sample: verify(one.secret, one.headers, one.body),
  library: byLibrary({ ...one, body: one.body.toString() }),
  signature: signed({ ...one, body: one.body.toString() }),
}));
process.stdout.write(JSON.stringify(said));
