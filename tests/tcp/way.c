// SPDX-License-Identifier: MIT
#include "tests/tcp/way.h"

#include "stack/address.h"
#include "stack/bytes.h"

#include <string.h>

#define TRIP     (100 * MILLISECOND)
#define PATIENCE (3600 * SECOND)
#define BLOCKS   3

typedef struct
{
  Time at;
  int64_t start, end;
} WaySegment;

StackConfig
way_config (WayKind kind)
{
  StackConfig config = talk_config ();

  config.send_buffer = 1 << 22;
  config.tcp.sack = kind != WAY_PLAIN;
  config.tcp.rack = kind == WAY_TIME;
  config.tcp.path_probing = true;
  return config;
}

Talk *
way_talk_with (const StackConfig *config, bool ipv6, unsigned mss)
{
  Talk *t = talk_new_with (config, ipv6, 1000 * SECOND);

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss %u%s>", mss,
              config->tcp.sack ? ",sackOK" : "");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  return t;
}

Talk *
way_talk (WayKind kind, bool ipv6, unsigned mss)
{
  StackConfig config = way_config (kind);

  return way_talk_with (&config, ipv6, mss);
}

Talk *
way_talk_timed (const StackConfig *config)
{
  Talk *t = talk_new_with (config, false, 1000 * SECOND);

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1460,nop,nop,TS val 0 ecr 0>");
  peer_expects (t, "S. 0:0(0) ack 1 <mss 1460,nop,nop,TS val 0 ecr 0>");
  peer_sends (t, ". 1:1(0) ack 1 win 65535 <nop,nop,TS val 0 ecr 0>");
  app_accepts (t);
  return t;
}

void
way_init (Way *way, WayKind kind, bool ipv6, unsigned mss, size_t mtu)
{
  *way = (Way){ .t = way_talk (kind, ipv6, mss),
                .mtu = mtu,
                .window = 65535,
                .sack = kind != WAY_PLAIN,
                .nxt = 1,
                .written = 1,
                .held = g_byte_array_new (),
                .travelling = g_array_new (FALSE, FALSE, sizeof (WaySegment)) };
}

void
way_clear (Way *way)
{
  socket_abort (way->t->stack, way->t->flow->socket);
  peer_ignores (way->t);
  talk_free (way->t);
  g_byte_array_free (way->held, TRUE);
  g_array_free (way->travelling, TRUE);
}

/* A segment of LENGTH bytes from START on, in a packet of SIZE. */
static void
note (Way *way, int64_t start, size_t length, size_t size)
{
  WaySegment segment = { way->t->now + TRIP, start, start + (int64_t) length };

  if (way->t->out.cause != REPAIR_NONE)
    {
      way->again++;
      way->cause = way->t->out.cause;
    }
  else if (length > app_info (way->t).mss)
    {
      way->probes++;
      way->probe = length;
      way->ahead = way->travelling->len;
      memcpy (way->quote, way->t->bytes, sizeof way->quote);
    }
  if (size > way->mtu)
    way->lost++;
  else
    g_array_append_val (way->travelling, segment);
}

static void
collect (Way *way)
{
  const Talk *t = way->t;
  size_t ip = packet_line_ip_header (&t->peer), size;

  while ((size = peer_takes (way->t)) > 0)
    {
      size_t header = ip + (size_t) (t->bytes[ip + 12] >> 4) * 4;
      uint32_t start = bytes_get32 (t->bytes + ip + 4) - t->flow->isn;

      talk_check (way->t,
                  !address_is_ipv4 (&t->peer) || (t->bytes[6] & 0x40) != 0);
      if (size > header)
        note (way, start, size - header, size);
    }
}

static bool
is_held (const Way *way, int64_t offset)
{
  return offset < (int64_t) way->held->len && way->held->data[offset] != 0;
}

/* What the peer holds above a hole. */
static void
report (const Way *way, GString *text)
{
  int64_t end = (int64_t) way->held->len;
  unsigned blocks = 0;

  while (end > way->nxt && blocks < BLOCKS)
    {
      int64_t start = end;

      while (is_held (way, start - 1))
        start--;
      if (start < end)
        g_string_append_printf (text, "%s%ld:%ld",
                                blocks++ == 0 ? " <nop,nop,sack " : " ",
                                (long) start, (long) end);
      end = start - 1;
    }
  if (blocks > 0)
    g_string_append (text, ">");
}

static void
arrive (Way *way, const WaySegment *segment)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint known = way->held->len;

  if (segment->end > known)
    {
      g_byte_array_set_size (way->held, (guint) segment->end);
      memset (way->held->data + known, 0, (size_t) segment->end - known);
    }
  memset (way->held->data + segment->start, 1,
          (size_t) (segment->end - segment->start));
  while (is_held (way, way->nxt))
    way->nxt++;
  if (way->sack)
    report (way, text);
  peer_sends (way->t, ". 1:1(0) ack %ld win %u%s", (long) way->nxt, way->window,
              text->str);
}

/* False: nothing happens until UNTIL. */
static bool
step (Way *way, Time until)
{
  Talk *t = way->t;
  Time deadline = stack_deadline (t->stack);
  WaySegment first = { .at = TIME_NEVER };

  if (way->travelling->len > 0)
    first = g_array_index (way->travelling, WaySegment, 0);
  if (MIN (deadline, first.at) > until)
    return false;
  if (first.at <= deadline)
    {
      t->now = first.at;
      g_array_remove_index (way->travelling, 0);
      collect (way);
      arrive (way, &first);
    }
  else
    t->now = MAX (deadline, t->now + 1);
  collect (way);
  return true;
}

void
way_writes (Way *way, size_t length)
{
  app_sends (way->t, length);
  way->written += (int64_t) length;
  collect (way);
}

void
way_runs (Way *way, Time time)
{
  Time until = way->t->now + time;

  collect (way);
  while (step (way, until))
    ;
  way->t->now = until;
  collect (way);
}

void
way_sends (Way *way, size_t length)
{
  Time limit = way->t->now + PATIENCE;

  way_writes (way, length);
  while (way->nxt < way->written)
    talk_check (way->t, step (way, limit));
}

void
way_until_probe (Way *way)
{
  Time limit = way->t->now + PATIENCE;
  unsigned probes = way->probes;

  collect (way);
  while (way->probes == probes)
    talk_check (way->t, step (way, limit));
}

void
way_loses_ahead (Way *way)
{
  talk_check (way->t, way->ahead > 0);
  g_array_remove_index (way->travelling, way->ahead - 1);
}

void
way_router_says (Way *way, uint32_t mtu)
{
  Talk *t = way->t;
  uint8_t *icmp = t->bytes + packet_line_ip_header (&t->peer);

  memset (icmp, 0, 8);
  icmp[0] = 3;
  icmp[1] = 4;
  bytes_put16 (icmp + 6, (uint16_t) mtu);
  memcpy (icmp + 8, way->quote, 28);
  peer_sends_bytes (t,
                    packet_line_wrap (t->bytes, &t->peer, &t->local, 1, 2, 36));
  collect (way);
}
