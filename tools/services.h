// SPDX-License-Identifier: MIT
/* Names of services: the system's table, services(5), or a small one of our
 * own, for systems without it. Names are compared without case. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct
{
  char *name;
  uint16_t port;
  char *protocol; /* "tcp" */
  char **aliases; /* ends in NULL */
} Service;

/* Arrays of Service *, in the order of the table; to be unref'd. Lines that
 * are wrong are skipped. */
GPtrArray *services_read (const char *path, GError **error);
GPtrArray *services_parse (const char *text);
GPtrArray *services_bundled (void);

/* Is it its name or an alias? */
bool service_is_called (const Service *service, const char *name);

/* "did you mean 'http'?" or NULL; to be freed. */
char *services_hint (const GPtrArray *services, const char *name);

/* What is commonly found at PORT, in plain words, or NULL. */
const char *services_about (uint16_t port);
