// Is a webhook from Cliphook? Standard Webhooks 1.0.0, with nothing but Node.
import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_S = 300;

/**
 * Tells whether a body is as it was signed, and not of long ago.
 *
 * Give it the bytes as they came (a Buffer), before anybody reads them as JSON, and headers by their
 * names in small letters, as Node has them. Whatever comes, it answers and throws nothing.
 */
export function verify(secret, headers, body, nowS = Date.now() / 1000) {
  const [id, at, signatures] = ["id", "timestamp", "signature"].map(
    (part) => headers[`webhook-${part}`] ?? "",
  );
  if (!/^[0-9]{1,11}$/.test(at) || Math.abs(nowS - Number(at)) > TOLERANCE_S) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${at}.`).update(body).digest();
  // There are several signatures while a secret is being replaced.
  return signatures.split(" ").some((signature) => {
    const [kind, ...text] = signature.split(",");
    const found = Buffer.from(text.join(","), "base64");
    // Node reads base64 with anything in it, so what it has read is held against what was there.
    const isExact = found.toString("base64") === text.join(",");
    return kind === "v1" && isExact && found.length === expected.length && timingSafeEqual(found, expected);
  });
}
