// SPDX-License-Identifier: MIT
/* Bytes become what can happen to a stack: packets of a peer, near enough to
 * its connections to get past the first check or any bytes at all, socket
 * calls, and time. Whatever they are, no assertion and no sanitizer speaks up,
 * every packet that comes out is well formed and not longer than the MTU, and
 * the stack comes to rest when it is left alone.
 *
 * Built as a libFuzzer target with -Dfuzz=true, and always into a test that
 * draws the bytes. */
#include "tests/fuzz/fuzz_stack.h"

#include "stack/address.h"
#include "stack/socket.h"
#include "tests/packet_line.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define FLAG_SYN 0x02
#define FLAG_RST 0x04
#define FLAG_ACK 0x10

#define MTU          1500
#define SOCKETS      6
#define FLOWS        4
#define PACKETS_MOST 20000 /* at one time */

typedef struct
{
  uint16_t peer_port, local_port;
  uint32_t isn, peer_isn;
  int64_t acked, nxt; /* what the stack has of ours, sent of its own */
  uint32_t time;      /* the stack's timestamp of time 0 */
  bool open;          /* it said something that was no reset */
} FuzzFlow;

typedef struct
{
  const uint8_t *bytes;
  size_t length;
  Stack *stack;
  Time now;
  uint64_t id;
  Address local[2], peer[2];
  int sockets[SOCKETS];
  FuzzFlow flows[FLOWS];
  uint8_t packet[PACKET_LINE_MAX];
} Fuzz;

static unsigned
draw (Fuzz *fuzz)
{
  if (fuzz->length == 0)
    return 0;
  fuzz->length--;
  return *fuzz->bytes++;
}

/* Small steps mostly, large ones now and then. */
static int
draw_signed (Fuzz *fuzz)
{
  int value = (int8_t) draw (fuzz);

  return value % 4 == 0 ? value * 1023 : value / 8;
}

static void
require (bool is, const char *what)
{
  if (is)
    return;
  g_printerr ("%s\n", what);
  abort ();
}

static void
learn (Fuzz *fuzz, size_t length)
{
  for (unsigned i = 0; i < FLOWS; i++)
    {
      FuzzFlow *flow = &fuzz->flows[i];
      PacketPath path = { .source_isn = flow->isn,
                          .destination_isn = flow->peer_isn };
      PacketLine line;

      packet_line_decode (&line, &path, fuzz->packet, length);
      if (path.destination.port != flow->peer_port)
        continue;
      /* A reset ends it: the next segment is a SYN again. */
      flow->open = (line.flags & FLAG_RST) == 0;
      flow->isn = path.source_isn;
      if (path.source_timed)
        flow->time = path.source_time - (uint32_t) (fuzz->now / MILLISECOND);
      flow->local_port = flow->open ? path.source.port : 7777;
      flow->acked = flow->open ? line.ack : 0;
      flow->nxt = MAX (line.end, 1);
    }
}

static void
drain (Fuzz *fuzz)
{
  StackEvent event;
  unsigned count = 0;

  for (; count < PACKETS_MOST; count++)
    {
      StackOut out = { .id = ++fuzz->id };
      size_t length =
          stack_output (fuzz->stack, fuzz->now, fuzz->packet, MTU, &out);

      if (length == 0)
        break;
      require (packet_line_check (fuzz->packet, length) == NULL,
               "a malformed packet came out");
      learn (fuzz, length);
    }
  require (count < PACKETS_MOST, "the stack does not stop sending");
  while (stack_event (fuzz->stack, &event))
    continue;
}

static void
input (Fuzz *fuzz, size_t length)
{
  StackIn in = { .id = ++fuzz->id };
  g_autofree uint8_t *exact = g_memdup2 (fuzz->packet, length);

  stack_input (fuzz->stack, fuzz->now, &in, exact, length);
}

static PacketOption *
add_option (PacketLine *line, PacketOptionKind kind, unsigned count)
{
  PacketOption *option = &line->options.list[line->options.count++];

  option->kind = kind;
  option->count = count;
  return option;
}

static void
draw_blocks (Fuzz *fuzz, const FuzzFlow *flow, PacketOption *blocks)
{
  for (unsigned i = 0; i < blocks->count; i += 2)
    {
      blocks->values[i] = flow->nxt + draw_signed (fuzz);
      blocks->values[i + 1] = blocks->values[i] + draw_signed (fuzz);
    }
}

/* What the stack may agree on, or any bytes. */
static void
draw_options (Fuzz *fuzz, const FuzzFlow *flow, PacketLine *line)
{
  unsigned shape = draw (fuzz);
  PacketOption *option;

  if (shape < 32)
    {
      option = add_option (line, PACKET_OPTION_RAW, 0);
      option->raw_length = shape % 16;
      for (unsigned i = 0; i < option->raw_length; i++)
        option->raw[i] = (uint8_t) draw (fuzz);
      return;
    }
  option = add_option (line, PACKET_OPTION_TS, 2);
  option->values[0] = fuzz->now / MILLISECOND;
  if ((shape & 1) != 0)
    option->values[0] += draw_signed (fuzz) * (1L << draw (fuzz) % 24);
  option->values[1] = fuzz->now / MILLISECOND + draw_signed (fuzz);
  if ((line->flags & FLAG_SYN) != 0)
    {
      add_option (line, PACKET_OPTION_SACK_OK, 0);
      add_option (line, PACKET_OPTION_WSCALE, 1)->values[0] = shape;
    }
  else if ((shape & 0xc) != 0)
    draw_blocks (fuzz, flow,
                 add_option (line, PACKET_OPTION_SACK, 2 + shape / 4 % 3 * 2));
}

static void
send_segment (Fuzz *fuzz)
{
  unsigned shape = draw (fuzz);
  FuzzFlow *flow = &fuzz->flows[shape % FLOWS];
  bool ipv6 = shape % 2 != 0;
  PacketPath path = { .source = { fuzz->peer[ipv6], flow->peer_port },
                      .destination = { fuzz->local[ipv6], flow->local_port },
                      .source_isn = flow->peer_isn,
                      .destination_isn = flow->isn,
                      .source_time = 0xffff0000,
                      .destination_time = flow->time };
  PacketLine line = { .flags = (uint8_t) draw (fuzz), .has_ack = true };

  if ((shape & 0xc0) != 0)
    line.flags =
        flow->open ? FLAG_ACK | (line.flags & (shape & 0x29)) : FLAG_SYN;
  line.start = flow->acked + ((shape & 0x10) != 0 ? draw_signed (fuzz) : 0);
  line.end = line.start + draw (fuzz) % 128 * (draw (fuzz) % 8);
  line.ack = flow->nxt + ((shape & 0x20) != 0 ? draw_signed (fuzz) : 0);
  line.window = draw (fuzz) << 8;
  line.window += draw (fuzz);
  line.fill = 'f';
  draw_options (fuzz, flow, &line);
  input (fuzz, packet_line_encode (&line, &path, fuzz->packet));
}

/* Any message with a right checksum, or just bytes. */
static void
send_other (Fuzz *fuzz)
{
  static const uint8_t PROTOCOLS[] = { 17, 1, 58, 6 };
  static const size_t SUMS[] = { 6, 2, 2, 16 };
  unsigned shape = draw (fuzz);
  bool ipv6 = (shape & 4) != 0;
  size_t header = ipv6 ? 40 : 20, length = MAX (draw (fuzz) % 64, 20), total;

  for (size_t i = 0; i < length; i++)
    fuzz->packet[header + i] = (uint8_t) draw (fuzz);
  total = packet_line_wrap (fuzz->packet, &fuzz->peer[ipv6], &fuzz->local[ipv6],
                            PROTOCOLS[shape % 4], SUMS[shape % 4], length);
  if ((shape & 8) != 0)
    for (unsigned i = 0; i < 4; i++)
      {
        size_t at = draw (fuzz) % header;

        fuzz->packet[at] = (uint8_t) draw (fuzz);
      }
  if ((shape & 0x18) == 0x18 && !ipv6)
    packet_line_seal_ipv4 (fuzz->packet);
  input (fuzz, (shape & 0x20) != 0 ? draw (fuzz) % (total + 1) : total);
}

static Endpoint
draw_endpoint (Fuzz *fuzz, bool remote)
{
  unsigned shape = draw (fuzz);
  bool ipv6 = (shape & 1) != 0;
  Endpoint endpoint = { remote ? fuzz->peer[ipv6] : fuzz->local[ipv6], 7777 };

  if (remote)
    endpoint.port = fuzz->flows[shape / 2 % FLOWS].peer_port;
  else if ((shape & 0x30) == 0x30)
    endpoint.port = 0;
  if ((shape & 0xc0) == 0xc0)
    endpoint.address = ipv6 ? ADDRESS_ANY : ADDRESS_ANY_IPV4;
  return endpoint;
}

static void
send_or_receive (Fuzz *fuzz, int socket, bool sending)
{
  static uint8_t bytes[65536];
  size_t length = (size_t) draw (fuzz) << draw (fuzz) % 9;
  Endpoint remote = draw_endpoint (fuzz, true);

  if (!sending)
    socket_receive_from (fuzz->stack, socket, bytes, length, &remote);
  else if (length % 2 == 0)
    socket_send_to (fuzz->stack, socket, bytes, length, &remote);
  socket_send (fuzz->stack, socket, bytes, length * sending);
}

static void
make_socket (Fuzz *fuzz, int *socket)
{
  unsigned shape = draw (fuzz);
  Endpoint local = draw_endpoint (fuzz, false);

  socket_close (fuzz->stack, *socket);
  *socket = socket_new (fuzz->stack, shape & 1 ? SOCKET_IPV6 : SOCKET_IPV4,
                        shape & 2 ? SOCKET_STREAM : SOCKET_DATAGRAM);
  if ((shape & 4) != 0)
    socket_bind (fuzz->stack, *socket, &local);
}

static void
accept_one (Fuzz *fuzz, int listener)
{
  Endpoint remote;
  int child = socket_accept (fuzz->stack, listener, &remote);
  int *place = &fuzz->sockets[draw (fuzz) % SOCKETS];

  if (child < 0)
    return;
  socket_close (fuzz->stack, *place);
  *place = child;
}

static void
set_and_look (Fuzz *fuzz, int socket)
{
  Endpoint endpoint;
  SocketInfo info;
  int64_t value;
  SocketOption option = (SocketOption) (draw (fuzz) % 5);

  socket_option_set (fuzz->stack, socket, option, draw_signed (fuzz));
  socket_option_get (fuzz->stack, socket, option, &value);
  socket_info (fuzz->stack, socket, &info);
  socket_poll (fuzz->stack, socket);
  socket_error (fuzz->stack, socket);
  socket_local (fuzz->stack, socket, &endpoint);
  socket_remote (fuzz->stack, socket, &endpoint);
}

static void
call (Fuzz *fuzz)
{
  unsigned shape = draw (fuzz);
  int *socket = &fuzz->sockets[shape / 16 % SOCKETS];
  Endpoint remote;

  /* The first, a listener perhaps, is to live longer. */
  if (shape < 16 && shape % 8 != 3 && draw (fuzz) % 16 != 0)
    return;
  switch (shape % 16)
    {
    case 0:
      make_socket (fuzz, socket);
      break;
    case 1:
      socket_listen (fuzz->stack, *socket, draw_signed (fuzz));
      break;
    case 2:
      remote = draw_endpoint (fuzz, true);
      socket_connect (fuzz->stack, *socket, &remote);
      break;
    case 3:
    case 4:
      accept_one (fuzz, *socket);
      break;
    case 5:
      socket_shutdown (fuzz->stack, *socket, (int) draw (fuzz) % 4);
      break;
    case 6:
      (draw (fuzz) % 2 ? socket_close : socket_abort) (fuzz->stack, *socket);
      break;
    case 7:
      set_and_look (fuzz, *socket);
      break;
    default:
      send_or_receive (fuzz, *socket, shape % 2 == 0);
    }
}

static void
step (Fuzz *fuzz)
{
  unsigned what = draw (fuzz);

  if (what < 130)
    send_segment (fuzz);
  else if (what < 150)
    send_other (fuzz);
  else if (what < 220)
    call (fuzz);
  else if (what < 240)
    fuzz->now += MICROSECOND << draw (fuzz) % 28;
  else
    fuzz->now = MAX (fuzz->now, MIN (stack_deadline (fuzz->stack),
                                     fuzz->now + 100 * SECOND));
  /* Several things may come together. */
  if (what % 4 != 0)
    drain (fuzz);
}

static void
begin (Fuzz *fuzz)
{
  StackConfig config;
  unsigned shape = draw (fuzz);

  stack_config_init (&config);
  memcpy (config.secret, "sixteen  secrets", 16);
  config.sockets_max = shape & 1 ? 8 : 1000;
  config.ranges_max = shape & 2 ? 3 : 256;
  config.receive_buffer = shape & 4 ? 3000 : 65535;
  config.send_buffer = shape & 8 ? 5000 : 262144;
  config.outbox_max = shape & 16 ? 2000 : 262144;
  config.notices_max = shape & 32 ? 2 : 4096;
  config.time_wait_max = shape & 64 ? 1 : 1000;
  config.tcp.r2 = shape & 128 ? 2 : 15;
  shape = draw (fuzz);
  config.tcp.sack = (shape & 1) != 0;
  config.tcp.timestamps = (shape & 2) != 0;
  config.tcp.window_scale = (shape & 4) != 0;
  if ((shape & 8) != 0)
    config.receive_buffer = 1 << 20;
  fuzz->stack = stack_new (&config);
  stack_interface_add (fuzz->stack, MTU);
  for (unsigned i = 0; i < 2; i++)
    {
      address_parse (i == 0 ? "10.0.0.1" : "fd00::1", &fuzz->local[i]);
      address_parse (i == 0 ? "10.0.0.2" : "fd00::2", &fuzz->peer[i]);
      stack_address_add (fuzz->stack, 0, &fuzz->local[i], i == 0 ? 24 : 64);
    }
  for (unsigned i = 0; i < FLOWS; i++)
    fuzz->flows[i] = (FuzzFlow){ .peer_port = (uint16_t) (40000 + i),
                                 .local_port = 7777,
                                 .peer_isn = 0xfffffff0 };
}

/* Nobody holds a socket, the peer is silent: everything ends. */
static void
end (Fuzz *fuzz)
{
  for (unsigned i = 0; i < SOCKETS; i++)
    socket_close (fuzz->stack, fuzz->sockets[i]);
  drain (fuzz);
  for (unsigned i = 0; i < 1000; i++)
    {
      Time deadline = stack_deadline (fuzz->stack);

      if (deadline == TIME_NEVER)
        break;
      require (deadline > fuzz->now, "a deadline that stays");
      fuzz->now = deadline;
      drain (fuzz);
    }
  require (stack_deadline (fuzz->stack) == TIME_NEVER,
           "what belongs to nobody lives for ever");
  require (!stack_busy (fuzz->stack), "busy with nothing");
  stack_free (fuzz->stack);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  Fuzz *fuzz = g_new0 (Fuzz, 1);

  fuzz->bytes = bytes;
  fuzz->length = length;
  begin (fuzz);
  while (fuzz->length > 0)
    step (fuzz);
  end (fuzz);
  g_free (fuzz);
  return 0;
}
