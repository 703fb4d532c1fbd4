// SPDX-License-Identifier: MIT
/* Addresses for learners, in at most 80 columns, and for scripts. */
#pragma once

#include "tools/address_facts.h"
#include <json-glib/json-glib.h>
#include <stdio.h>

/* WITHIN: also say whether it is in that prefix, or NULL. */
void address_explain (const AddressFacts *facts,
                      const AddressFacts *within,
                      FILE *file);

/* What is wrong with TEXT: a sentence, and a mark below the place. */
void
address_explain_fault (const char *text, const AddressText *read, FILE *file);

/* One object each. */
void address_explain_json (const AddressFacts *facts,
                           const AddressFacts *within,
                           JsonBuilder *builder);
void address_explain_fault_json (const char *text,
                                 const AddressText *read,
                                 JsonBuilder *builder);
