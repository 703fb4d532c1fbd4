// SPDX-License-Identifier: MIT
/* ICMP (RFC 792) and ICMPv6 (RFC 4443): answers echo requests. */
#pragma once

#include "stack/stack_private.h"

void icmp_input (const Arrival *arrival, View message);
