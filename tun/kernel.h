// SPDX-License-Identifier: MIT
/* A host of a scenario that the real kernel plays: its namespace has one
 * device for each of its links, "lab0", "lab1", ... in the order of the file,
 * with the addresses that our stack would give to that interface. */
#pragma once

#include "tun/namespace.h"

/* COMMAND and SCRATCH as in NamespaceConfig. */
Namespace *kernel_namespace_new (const Scenario *scenario,
                                 unsigned host,
                                 char *const *command,
                                 const char *scratch,
                                 GError **error);

/* How many devices that has. */
unsigned kernel_device_count (const Scenario *scenario, unsigned host);

/* The text of its /etc/hosts. Caller frees. */
char *kernel_names (const Scenario *scenario);
