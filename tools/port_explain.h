// SPDX-License-Identifier: MIT
/* Ports for learners, in at most 80 columns, and for scripts. */
#pragma once

#include "tools/port.h"
#include "tools/services.h"
#include <json-glib/json-glib.h>
#include <stdio.h>

typedef struct
{
  const GPtrArray *services;
  bool bundled;          /* SERVICES are our own */
  int unprivileged_from; /* this Linux's setting; -1: not known */
} PortWorld;

void port_explain (const PortWorld *world, uint16_t port, FILE *file);
/* TEXT is what was typed. */
void port_explain_json (const PortWorld *world,
                        const char *text,
                        uint16_t port,
                        JsonBuilder *builder);
