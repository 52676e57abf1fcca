// The JavaScript SDK, unmodified, with its default credential and production host names.
import assert from "node:assert/strict";
import { DefaultAzureCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";

const client = new SecretClient("https://contoso-dev.vault.azure.net", new DefaultAzureCredential());

assert.equal((await client.getSecret("db-password")).value, "s3cret-of-interop");
assert.equal((await client.getSecret("unicode")).value, 'naïve \u2603 "quoted"\nsecond line');

const tagged = await client.getSecret("tagged"); // answered 503 once: the SDK's retry is real
assert.equal(tagged.properties.contentType, "text/plain");
assert.deepEqual(tagged.properties.tags, { team: "web" });

const names = [];
for await (const properties of client.listPropertiesOfSecrets()) names.push(properties.name);
assert.equal(names.length, 30, "two pages");
assert.equal(new Set(names).size, 30);

const versions = [];
for await (const properties of client.listPropertiesOfSecretVersions("rotated")) {
  versions.push(properties.version);
}
assert.equal(versions.length, 2);
const values = [];
for (const version of versions) values.push((await client.getSecret("rotated", { version })).value);
assert.deepEqual(values.sort(), ["first-version", "second-version"]);
assert.equal((await client.getSecret("rotated")).value, "second-version");

await assert.rejects(client.getSecret("nowhere"), { statusCode: 404, code: "SecretNotFound" });
await assert.rejects(client.getSecret("off"), { statusCode: 403, code: "Forbidden" });
console.log("the JavaScript SDK read everything");
