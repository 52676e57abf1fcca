// The subject of a certificate, compared as people and tools write it.
//
// Sources: RFC 4514 (order, escapes), RFC 4518 (blanks, case), dotnet/runtime X500NameEncoder.cs
// ("CN=app, O=Contoso", quotes, S and E).
#pragma once

#include <string>
#include <string_view>

namespace kvlaunch {

// Is `text` the subject of the certificate? A distinguished name, in the order of .NET and RFC 4514
// or in that of the certificate (openssl), blanks, case and the spelling of attribute types aside;
// or, without any '=', the common name alone.
bool is_subject_of(std::string_view text, const std::string& certificate_der);

}  // namespace kvlaunch
