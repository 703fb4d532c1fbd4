// SPDX-License-Identifier: MIT
/* ICMP (RFC 792) and ICMPv6 (RFC 4443): answers echo requests, hands errors to
 * those that they are about. Silent about everything else: timestamps and
 * masks (RFC 6918), redirects (there is one way out of an interface), source
 * quench (RFC 6633), neighbours, routers and groups (a TUN has none). */
#pragma once

#include "stack/stack_private.h"

void icmp_input (const Arrival *arrival, View message);
