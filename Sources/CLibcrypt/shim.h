#include <crypt.h>

// What crypt_rn(3) wants to work in.
enum { CLibcrypt_sizeof_crypt_data = sizeof(struct crypt_data) };
