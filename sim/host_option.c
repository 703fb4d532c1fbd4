// SPDX-License-Identifier: MIT
#include "sim/host_option.h"

#include <glib.h>

#define BUFFER_MAX  (UINT64_C (1) << 30)
#define DAY         ((uint64_t) SECOND * 86400)
#define MSS_MIN     48 /* smaller ones are mostly header, CVE-2019-11479 */
#define DELACK_MAX  (SECOND / 2 - 1)
#define KEEP_MAX    ((uint64_t) SECOND * 32767)
#define DELACK_WHY  "RFC 9293 wants less than 500ms"
#define FIELD(name) .offset = offsetof (StackConfig, name)

#define SWITCH(name)     .kind = HOST_OPTION_SWITCH, FIELD (name)
#define WORD(name, list) .kind = HOST_OPTION_WORD, FIELD (name), .words = (list)
#define SIZE(name, from, to)                                                   \
  .kind = HOST_OPTION_SIZE, FIELD (name), .low = (from), .high = (to)
#define TIME(name, from, to)                                                   \
  .kind = HOST_OPTION_TIME, FIELD (name), .low = (from), .high = (to)
#define NUMBER(name, from, to)                                                 \
  .kind = HOST_OPTION_NUMBER, FIELD (name), .low = (from), .high = (to)
#define BYTE(name, from, to)                                                   \
  .kind = HOST_OPTION_BYTE, FIELD (name), .low = (from), .high = (to)

_Static_assert(sizeof (TcpEcn) == sizeof (unsigned)
                   && sizeof (TcpCongestion) == sizeof (unsigned),
               "enums are set like unsigned");

const char *const HOST_OPTION_CONGESTIONS[] = {
#define X(name, word) word,
  TCP_CONGESTIONS (X)
#undef X
      NULL
};

const char *const HOST_OPTION_ECNS[] = { [TCP_ECN_OFF] = "off",
                                         [TCP_ECN_PASSIVE] = "passive",
                                         [TCP_ECN_ON] = "on",
                                         NULL };

const HostOption HOST_OPTIONS[] = {
  { "cc", "congestion control",
    WORD (tcp.congestion, HOST_OPTION_CONGESTIONS) },
  { "sack", "selective acknowledgments", SWITCH (tcp.sack) },
  { "timestamps", "the time in each segment", SWITCH (tcp.timestamps) },
  { "wscale", "windows of more than 64 KiB", SWITCH (tcp.window_scale) },
  { "rack", "losses found by time", SWITCH (tcp.rack) },
  { "ecn", "marks of routers instead of losses",
    WORD (tcp.ecn, HOST_OPTION_ECNS) },
  { "nagle", "small segments that wait for an ACK", SWITCH (tcp.nagle) },
  { "pacing", "segments spread over the round trip", SWITCH (tcp.pacing) },
  { "probing", "a search for the largest packet of the path",
    SWITCH (tcp.path_probing) },
  { "iw", "segments before the first ACK",
    NUMBER (tcp.initial_window, 1, 1000) },
  { "mss", "largest segment in bytes",
    NUMBER (tcp.mss_max, MSS_MIN, UINT16_MAX) },
  { "delack", "longest delay of an ACK", TIME (tcp.delayed_ack, 1, DELACK_MAX),
    .off = true, .too_long = DELACK_WHY },
  { "rcvbuf", "receive buffers in bytes",
    SIZE (receive_buffer, 1, BUFFER_MAX) },
  { "sndbuf", "send buffers in bytes", SIZE (send_buffer, 1, BUFFER_MAX) },
  { "r2", "retransmissions before giving up", NUMBER (tcp.r2, 1, 255),
    .off = true },
  { "user_timeout", "time without an ACK before giving up",
    TIME (tcp.user_timeout, 1, DAY), .off = true },
  { "keepalive", "questions to a silent peer", SWITCH (tcp.keep_alive) },
  { "keep_idle", "silence before the first question",
    TIME (tcp.keep_idle, SECOND, KEEP_MAX) },
  { "keep_interval", "time between questions",
    TIME (tcp.keep_interval, SECOND, KEEP_MAX) },
  { "keep_count", "questions before giving up",
    NUMBER (tcp.keep_count, 1, 127) },
  { "cookies", "answers to SYNs that it has no room for",
    SWITCH (syn_cookies) },
  { "rto_min", "shortest retransmission timeout", TIME (rto_min, 1, DAY) },
  { "rto_initial", "first retransmission timeout", TIME (rto_initial, 1, DAY) },
  { "rto_max", "longest retransmission timeout", TIME (rto_max, 1, DAY) },
  { "msl", "half of TIME-WAIT", TIME (msl, 1, DAY) },
  { "ttl", "hops of each packet", BYTE (hop_limit, 1, 255) },
};

const unsigned HOST_OPTION_COUNT = G_N_ELEMENTS (HOST_OPTIONS);

_Static_assert(G_N_ELEMENTS (HOST_OPTIONS) <= 64, "a bit each");

uint64_t
host_option_get (const HostOption *option, const StackConfig *config)
{
  const char *field = (const char *) config + option->offset;

  switch (option->kind)
    {
    case HOST_OPTION_SWITCH:
      return *(const bool *) field;
    case HOST_OPTION_WORD:
    case HOST_OPTION_NUMBER:
      return *(const unsigned *) (const void *) field;
    case HOST_OPTION_SIZE:
      return *(const size_t *) (const void *) field;
    case HOST_OPTION_TIME:
      return (uint64_t) * (const Time *) (const void *) field;
    case HOST_OPTION_BYTE:
      return *(const uint8_t *) field;
    }
  return 0;
}

void
host_option_set (const HostOption *option, StackConfig *config, uint64_t value)
{
  char *field = (char *) config + option->offset;

  switch (option->kind)
    {
    case HOST_OPTION_SWITCH:
      *(bool *) field = value != 0;
      break;
    case HOST_OPTION_WORD:
    case HOST_OPTION_NUMBER:
      *(unsigned *) (void *) field = (unsigned) value;
      break;
    case HOST_OPTION_SIZE:
      *(size_t *) (void *) field = (size_t) value;
      break;
    case HOST_OPTION_TIME:
      *(Time *) (void *) field = (Time) value;
      break;
    case HOST_OPTION_BYTE:
      *(uint8_t *) field = (uint8_t) value;
      break;
    }
}
