// What a failure of GSS-API means, in words that say what to do.
//
// Source of the numbers: MIT Kerberos, src/lib/krb5/error_tables/{krb5_err,kdb5_err}.et and
// src/lib/gssapi/krb5/gssapi_err_krb5.et.
#pragma once

#include <string>

#include "launcher/kerberos/gssapi.hpp"

namespace kvlaunch::gss {

// The library's own words for a status, one line.
std::string describe(const Library& library, Status major, Status minor);

// The Error of a failed step on the way to `host` (empty: none concerned). The library's words are
// in a note.
Error explain(const Library& library, Status major, Status minor, const std::string& host);

// Pure, for tests: the same with the words given.
Error explain(Status major, Status minor, const std::string& words, const std::string& host);

}  // namespace kvlaunch::gss
