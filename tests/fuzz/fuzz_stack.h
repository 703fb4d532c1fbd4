// SPDX-License-Identifier: MIT
/* The entry that libFuzzer calls. */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length);
