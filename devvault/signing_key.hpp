// The RSA key that devvault signs tokens with.
#pragma once

#include <openssl/types.h>

#include <memory>

namespace devvault {

using SigningKey = std::shared_ptr<EVP_PKEY>;

// 2048 bits, as Entra's own; takes some tenths of a second. Never written anywhere.
SigningKey make_signing_key();

}  // namespace devvault
