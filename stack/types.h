// SPDX-License-Identifier: MIT
/* The vocabulary of the whole project: time, addresses, ends of a flow.
 *
 * Time is a count of nanoseconds since an epoch that the caller chose; nothing
 * in stack/ or sim/ asks a clock. An Address always has 16 bytes: IPv4 lives
 * inside IPv6 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so that TCP, UDP and the
 * flow table never ask for the family. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t Time;

#define TIME_NEVER  INT64_MAX
#define MICROSECOND ((Time) 1000)
#define MILLISECOND ((Time) 1000000)
#define SECOND      ((Time) 1000000000)

typedef struct
{
  uint8_t bytes[16];
} Address;

/* One end of a flow: the lecture's "a socket is an address and a port". The
 * port is in host order. */
typedef struct
{
  Address address;
  uint16_t port;
} Endpoint;
