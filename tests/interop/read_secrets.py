"""The Python SDK, unmodified, with its default credential and production host names."""
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

client = SecretClient("https://contoso-dev.vault.azure.net", DefaultAzureCredential())

assert client.get_secret("db-password").value == "s3cret-of-interop"
assert client.get_secret("unicode").value == 'naïve \u2603 "quoted"\nsecond line'
assert client.get_secret("tagged").properties.tags == {"team": "web"}

names = [properties.name for properties in client.list_properties_of_secrets()]
assert len(names) == 30 and len(set(names)) == 30, names
versions = [properties.version for properties in client.list_properties_of_secret_versions("rotated")]
assert sorted(client.get_secret("rotated", version).value for version in versions) == ["first-version", "second-version"]
assert client.get_secret("rotated").value == "second-version"

try:
    client.get_secret("nowhere")
    raise AssertionError("a missing secret was found")
except ResourceNotFoundError as error:
    assert error.error.code == "SecretNotFound", error
try:
    client.get_secret("off")
    raise AssertionError("a disabled secret was read")
except HttpResponseError as error:
    assert error.status_code == 403, error
print("the Python SDK read everything")
