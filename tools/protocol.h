// SPDX-License-Identifier: MIT
/* Names of the protocols in an IP header, as IANA has them. */
#pragma once

#include <stdint.h>

/* NULL: none that is known here. */
const char *protocol_name (uint8_t number);

/* By name or alias, in any case; -1: unknown. */
int protocol_number (const char *name);
