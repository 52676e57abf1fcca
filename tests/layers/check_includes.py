#!/usr/bin/env python3
"""Holds the direction of dependence: which folder may include which, and who may use a library."""
import os
import re
import sys

ALLOWED = {
    "launcher/base": set(),
    "launcher/kerberos": {"launcher/base"},
    "launcher/xml": {"launcher/base"},
    "launcher/yaml": {"launcher/base"},
    "templates": {"launcher/base"},
    "launcher/manifest": {"launcher/base", "launcher/yaml", "templates"},
    "launcher/plan": {"launcher/base", "launcher/manifest"},
    "launcher/deliver": {"launcher/base", "launcher/manifest"},
    "launcher/process": {"launcher/base"},
    "launcher/network": {"launcher/base"},
    "providers": {"launcher/base", "launcher/xml"},
    "launcher/resolve": {"launcher/base", "launcher/manifest", "launcher/plan", "providers"},
    "launcher/doctor": {"launcher/base", "launcher/manifest", "launcher/plan", "launcher/network",
                        "launcher/resolve", "providers"},
    "launcher/cli": None,  # the only place that constructs concrete things
    "devvault": {"launcher/base", "launcher/kerberos", "launcher/process", "launcher/xml",
                 "launcher/yaml"},
}
# resolve sees providers through their interfaces only.
ONLY_HEADERS = {("launcher/resolve", "providers"): {"providers/provider.hpp",
                                                    "providers/vault_secret.hpp"}}
LIBRARIES = {
    "Poco/": {"launcher/network", "devvault"},
    "expat.h": {"launcher/xml"},
    "yaml-cpp/": {"launcher/yaml"},
    "spdlog/": {"launcher/cli"},
    "CLI/": {"launcher/cli", "devvault"},
    "openssl/": {"launcher/base", "launcher/network", "launcher/xml", "providers", "devvault"},
}


def folder_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "launcher" else parts[0]


def problems(root):
    for top in ("launcher", "providers", "templates", "devvault"):
        for place, _, names in os.walk(os.path.join(root, top)):
            for name in names:
                if not name.endswith((".hpp", ".cpp")):
                    continue
                path = os.path.relpath(os.path.join(place, name), root)
                yield from problems_of(root, path)


def problems_of(root, path):
    own = folder_of(path)
    text = open(os.path.join(root, path), encoding="utf-8").read()
    for number, line in enumerate(text.splitlines(), 1):
        include = re.match(r'#include ([<"])([^>"]+)', line)
        if not include:
            continue
        name = include.group(2)
        if include.group(1) == "<":
            for prefix, users in LIBRARIES.items():
                if name.startswith(prefix) and own not in users:
                    yield f"{path}:{number}: {prefix} is not for {own}"
            continue
        other = folder_of(name)
        if other == own or ALLOWED[own] is None and other != "devvault":
            continue
        if ALLOWED[own] is None or other not in ALLOWED[own]:
            yield f"{path}:{number}: {own} must not include {other}"
        elif name not in ONLY_HEADERS.get((own, other), {name}):
            yield f"{path}:{number}: {own} may include only {ONLY_HEADERS[(own, other)]}"


found = list(problems(sys.argv[1]))
print("\n".join(found))
sys.exit(1 if found else 0)
