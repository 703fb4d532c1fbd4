// SPDX-License-Identifier: MIT
/* What is wrong with the text of an address, for people. */
#pragma once

#include "stack/address_text.h"

/* One sentence without its full stop: the rule that was broken. */
const char *address_fault_sentence (AddressFault fault);
