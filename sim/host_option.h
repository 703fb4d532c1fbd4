// SPDX-License-Identifier: MIT
/* What a scenario may say about the stack of a host: "sack off", "rcvbuf 4kb".
 * Each word stands for one field of StackConfig; adding one is a line in the
 * table. */
#pragma once

#include "stack/stack.h"

typedef enum
{
  HOST_OPTION_SWITCH, /* bool: "on", "off" */
  HOST_OPTION_WORD,   /* an enum: one of .words */
  HOST_OPTION_SIZE,   /* size_t */
  HOST_OPTION_TIME,   /* Time */
  HOST_OPTION_NUMBER, /* unsigned */
  HOST_OPTION_BYTE    /* uint8_t */
} HostOptionKind;

typedef struct
{
  const char *word;
  const char *meaning; /* a noun: "congestion control" */
  HostOptionKind kind;
  size_t offset;            /* in StackConfig */
  uint64_t low, high;       /* not of words; times in ns */
  bool off;                 /* "off" is 0 */
  const char *too_long;     /* why HIGH is the limit, or NULL */
  const char *const *words; /* in the order of the enum, NULL at the end */
} HostOption;

/* The words of TcpCongestion and TcpEcn. */
extern const char *const HOST_OPTION_CONGESTIONS[];
extern const char *const HOST_OPTION_ECNS[];

extern const HostOption HOST_OPTIONS[];
extern const unsigned HOST_OPTION_COUNT; /* at most 64 */

uint64_t host_option_get (const HostOption *option, const StackConfig *config);
void
host_option_set (const HostOption *option, StackConfig *config, uint64_t value);
