// SPDX-License-Identifier: MIT
#include "tools/packetdrill/adapter.h"

#include "sim/capture.h"
#include "stack/address.h"
#include "tools/packetdrill/clock.h"
#include "tools/packetdrill/descriptor.h"
#include "tools/packetdrill/wait.h"

#include <errno.h>

#define SNAP_LENGTH 262144

/* Whatever the other end is called, it is behind the one interface. */
static bool
add_address (Adapter *adapter,
             const Address *address,
             const Address *any,
             unsigned length)
{
  stack_route_add (adapter->stack, any, 0, 0);
  return stack_address_add (adapter->stack, 0, address, length);
}

static bool
add_interface (Adapter *adapter, const Flags *flags, GError **error)
{
  if (stack_interface_add (adapter->stack, flags->mtu) >= 0
      && (!flags->has_ipv4
          || add_address (adapter, &flags->ipv4, &ADDRESS_ANY_IPV4, 32))
      && (!flags->has_ipv6
          || add_address (adapter, &flags->ipv6, &ADDRESS_ANY, 128)))
    return true;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "so_flags: mtu %u: it is 68 to 65535, with IPv6 at least 1280",
               flags->mtu);
  return false;
}

static Adapter *
make (const Flags *flags)
{
  Adapter *adapter = g_new0 (Adapter, 1);

  adapter->stack = stack_new (&flags->config);
  adapter->now = CAPTURE_EPOCH;
  adapter->horizon = flags->horizon;
  adapter->mover = pthread_self ();
  pthread_mutex_init (&adapter->lock, NULL);
  pthread_cond_init (&adapter->woken, NULL);
  adapter->descriptors = g_ptr_array_new ();
  adapter->epolls = g_ptr_array_new ();
  return adapter;
}

Adapter *
adapter_new (const char *flags_text, GError **error)
{
  Flags flags;
  Adapter *adapter = NULL;

  if (flags_parse (&flags, flags_text, error))
    {
      adapter = make (&flags);
      if (flags.pcap != NULL)
        adapter->capture = classic_new (flags.pcap, SNAP_LENGTH, error);
      if ((flags.pcap != NULL && adapter->capture == NULL)
          || !add_interface (adapter, &flags, error))
        g_clear_pointer (&adapter, adapter_free);
    }
  flags_clear (&flags);
  return adapter;
}

void
adapter_free (Adapter *adapter)
{
  Emission *emission;

  pthread_mutex_lock (&adapter->lock);
  for (guint i = 0; i < adapter->descriptors->len; i++)
    if (adapter->descriptors->pdata[i] != NULL)
      descriptor_free (adapter, adapter->descriptors->pdata[i]);
  while (adapter->sleepers > 0)
    pthread_cond_wait (&adapter->woken, &adapter->lock);
  pthread_mutex_unlock (&adapter->lock);
  while ((emission = g_queue_peek_head (&adapter->emissions)) != NULL)
    {
      g_queue_unlink (&adapter->emissions, &emission->link);
      g_free (emission);
    }
  if (adapter->capture != NULL && !classic_free (adapter->capture))
    g_printerr ("tunlab-packetdrill: capture: %s\n", g_strerror (errno));
  pthread_cond_destroy (&adapter->woken);
  pthread_mutex_destroy (&adapter->lock);
  g_ptr_array_free (adapter->descriptors, TRUE);
  g_ptr_array_free (adapter->epolls, TRUE);
  stack_free (adapter->stack);
  g_free (adapter);
}

Adapter *
adapter_enter (void *userdata)
{
  Adapter *adapter = userdata;

  wait_forget_instant ();
  pthread_mutex_lock (&adapter->lock);
  return adapter;
}

void
adapter_leave (Adapter *adapter)
{
  clock_settle (adapter);
  pthread_mutex_unlock (&adapter->lock);
}

ssize_t
adapter_give (Adapter *adapter, ssize_t result)
{
  adapter_leave (adapter);
  if (result >= 0)
    return result;
  errno = (int) -result;
  return -1;
}

void
adapter_receive (Adapter *adapter, const uint8_t *packet, size_t length)
{
  StackIn in = { .interface = 0, .id = ++adapter->packets };

  if (adapter->capture != NULL)
    classic_write (adapter->capture, adapter->now, packet, length, length);
  stack_input (adapter->stack, adapter->now, &in, packet, length);
}
