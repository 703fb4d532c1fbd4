// SPDX-License-Identifier: MIT
/* Members of JSON objects, one call each. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

/* NULL is null. */
void member_put_text (JsonBuilder *builder, const char *key, const char *text);
void member_put_number (JsonBuilder *builder, const char *key, int64_t number);
void member_put_flag (JsonBuilder *builder, const char *key, bool flag);

/* All of it, indented, with a newline at its end; to be freed. */
char *member_print (JsonBuilder *builder);
