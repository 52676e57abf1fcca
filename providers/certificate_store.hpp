// Certificates in directories: the stores that connection strings name.
//
// CurrentUser is where .NET on Linux keeps `My` (dotnet/runtime OpenSslDirectoryBasedStoreProvider,
// PersistedFiles: PKCS#12 without password, mode 0600), and kvlaunch's own directory beside it.
// LocalMachine does not exist for .NET on Linux; /etc/kvlaunch/certs is kvlaunch's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/certificate_file.hpp"
#include "providers/context.hpp"

namespace kvlaunch {

struct CertificateSearch {
  enum class Store { current_user, local_machine };
  Store store = Store::current_user;
  std::string thumbprint;  // upper-case hex, SHA-1 or SHA-256; empty: by subject
  std::string subject;     // a distinguished name in either order, or a common name
};

struct StoredCertificate {
  SigningCertificate certificate;
  std::string thumbprint;  // SHA-1
  std::string path;
};

// Upper-case hex without what people and dialogs put around it: blanks, colons, and the invisible
// U+200E that Windows' certificate dialog begins with.
std::string cleaned_thumbprint(std::string_view text);

// All that match, the newest NotBefore first; expired ones too. Each certificate once. Files:
// *.pfx, *.p12 and *.pem with their private key, without password. Files that others may read or
// write, or that belong to somebody else than root or the effective user (LocalMachine: than root),
// are passed over and named. Errors: Code::credential_file when nothing matches (notes say what
// was seen), Code::identity_configuration without HOME, Code::deadline.
Result<std::vector<StoredCertificate>> find_certificates(const CertificateSearch& search,
                                                         const ProviderContext& context,
                                                         const Deadline& deadline);

// "CurrentUser", "LocalMachine".
std::string_view name_of(CertificateSearch::Store store);

}  // namespace kvlaunch
