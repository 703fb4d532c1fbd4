// SPDX-License-Identifier: MIT
/* Numbers with units, as tc(8) reads them, exactly: decimals become integers,
 * what is finer than 1 ns, 1 ppb or 1 bit/s is an error, and so is a bare
 * number where a unit is needed. No floating point, no locale. */
#pragma once

#include "stack/types.h"
#include <glib.h>

/* Each returns NULL and sets *VALUE, or leaves it alone and returns what is
 * wrong as the end of a sentence that begins with TEXT: "needs a unit: ...".
 * TEXT is the whole token; units are tc's, in either case: ns us ms s (and
 * ours: min h); bit kbit mbit gbit tbit, kibit ..., bps ... in bytes; b k kb m
 * mb g gb by 1024, bare: bytes; %, up to 100%. */
const char *unit_parse_time (const char *text, Time *value);     /* 25ms 1.5s */
const char *unit_parse_rate (const char *text, uint64_t *bps);   /* 10mbit */
const char *unit_parse_size (const char *text, uint64_t *bytes); /* 64kb 1mb */
const char *unit_parse_share (const char *text, uint32_t *ppb);  /* 5% */
const char *unit_parse_number (const char *text, uint64_t *value);
