// SPDX-License-Identifier: MIT
#include "tests/sim/transfer.h"

#include "stack/address.h"

#include <errno.h>

#define PORT   7777
#define BUFFER (8 << 20)

static Stack *
stack_of (const TransferEnd *end)
{
  return host_stack (end->app.host);
}

static void
send_all (TransferEnd *end)
{
  static const uint8_t nothing[65536];

  while (end->to_send > 0)
    {
      ssize_t taken = socket_send (stack_of (end), end->socket, nothing,
                                   MIN (end->to_send, sizeof nothing));

      if (taken < 0)
        {
          g_assert_cmpint (taken, ==, -EAGAIN);
          return;
        }
      end->bytes += (uint64_t) taken;
      end->to_send -= (uint64_t) taken;
    }
}

static void
receive_all (TransferEnd *end)
{
  uint8_t bytes[65536];
  ssize_t length;

  if (end->socket == 0)
    {
      int socket = socket_accept (stack_of (end), end->listener, NULL);

      if (socket < 0)
        return;
      end->socket = socket;
      host_watch (end->app.host, socket, &end->app);
    }
  while ((length =
              socket_receive (stack_of (end), end->socket, bytes, sizeof bytes))
         > 0)
    end->bytes += (uint64_t) length;
}

static void
ready (App *app, int socket, unsigned poll, Time now)
{
  TransferEnd *end = (TransferEnd *) app;

  (void) socket, (void) poll, (void) now;
  if (end->sends)
    send_all (end);
  else
    receive_all (end);
}

static const AppClass CLASS = { .size = sizeof (TransferEnd), .ready = ready };

static void
start_end (TransferEnd *end, Host *host, bool sends, const Address *bob)
{
  Stack *stack = host_stack (host);
  Endpoint local = { *bob, PORT };
  int socket = socket_new (stack, SOCKET_IPV4, SOCKET_STREAM);

  *end =
      (TransferEnd){ .app = { .class = &CLASS, .host = host }, .sends = sends };
  host_watch (host, socket, &end->app);
  if (sends)
    {
      end->socket = socket;
      end->to_send = UINT64_MAX;
      g_assert_cmpint (socket_connect (stack, socket, &local), ==,
                       -EINPROGRESS);
    }
  else
    {
      end->listener = socket;
      g_assert_cmpint (socket_bind (stack, socket, &local), ==, 0);
      g_assert_cmpint (socket_listen (stack, socket, 1), ==, 0);
    }
  host_pump (host, 0);
}

static Host *
make_host (Transfer *transfer,
           const char *name,
           const char *address,
           TcpCongestion congestion)
{
  ScenarioHost spec = { .name = (char *) name };
  ScenarioAddress own = { .prefix_length = 24 };
  Host *host;

  stack_config_init (&spec.config);
  spec.config.send_buffer = spec.config.receive_buffer = BUFFER;
  spec.config.ranges_max = 4096;
  spec.config.tcp.window_scale = true;
  spec.config.tcp.timestamps = true;
  spec.config.tcp.sack = true;
  spec.config.tcp.rack = true;
  spec.config.tcp.ecn = TCP_ECN_ON;
  spec.config.tcp.congestion = congestion;
  g_assert_true (address_parse (address, &own.address));
  host = host_new (transfer->network, &spec);
  host_add_interface (host, 1500, &own, 1);
  return host;
}

void
transfer_change (Transfer *transfer, const TransferPath *path)
{
  for (unsigned i = 0; i < 2; i++)
    {
      g_autoptr (GArray) chain =
          g_array_new (FALSE, TRUE, sizeof (ElementSpec));
      ElementSpec loss = { .kind = ELEMENT_LOSS };
      ElementSpec rate = { .kind = ELEMENT_RATE };
      ElementSpec delay = { .kind = ELEMENT_DELAY };

      loss.as.loss.chance.share_ppb = path->loss_ppb;
      rate.as.rate.rate_bps = path->rate_bps;
      rate.as.rate.limit_packets = path->queue_packets;
      delay.as.delay.delay_ns = path->trip / 2;
      if (i == 0)
        {
          g_array_append_val (chain, loss);
          g_array_append_val (chain, rate);
          if (path->queue != NULL)
            g_array_append_val (chain, *path->queue);
        }
      g_array_append_val (chain, delay);
      link_set_chain (transfer->links[i], chain);
    }
}

void
transfer_init (Transfer *transfer, const TransferPath *path)
{
  Address bob;

  *transfer = (Transfer){ .network = network_new (1) };
  transfer->hosts[0] =
      make_host (transfer, "alice", "10.0.0.1", path->congestion);
  transfer->hosts[1] =
      make_host (transfer, "bob", "10.0.0.2", path->congestion);
  for (unsigned i = 0; i < 2; i++)
    transfer->links[i] =
        link_new (transfer->network, host_node (transfer->hosts[i]),
                  host_node (transfer->hosts[1 - i]), 0);
  transfer_change (transfer, path);
  g_assert_true (address_parse ("10.0.0.2", &bob));
  start_end (&transfer->ends[1], transfer->hosts[1], false, &bob);
  start_end (&transfer->ends[0], transfer->hosts[0], true, &bob);
}

void
transfer_clear (Transfer *transfer)
{
  network_free (transfer->network);
}

void
transfer_run (Transfer *transfer, Time time)
{
  Sim *sim = &transfer->network->sim;
  Time until = sim->now + time;

  while (sim_step (sim, until))
    continue;
  sim->now = until;
}

int
transfer_use (Transfer *transfer, const TransferPath *path, Time time)
{
  uint64_t before = transfer->ends[1].bytes;

  transfer_run (transfer, time);
  return (int) ((transfer->ends[1].bytes - before) * 800
                / (path->rate_bps * (uint64_t) (time / MILLISECOND) / 1000));
}

void
transfer_offer (Transfer *transfer, uint64_t bytes)
{
  TransferEnd *sender = &transfer->ends[0];

  sender->to_send = bytes;
  send_all (sender);
  host_pump (sender->app.host, transfer->network->sim.now);
}

const Tcp *
transfer_tcp (const Transfer *transfer)
{
  const TransferEnd *sender = &transfer->ends[0];

  return socket_table_get (stack_of (sender), sender->socket)->tcp;
}
