// SPDX-License-Identifier: MIT
#include "tools/packetdrill/table.h"

#include "tools/packetdrill/adapter.h"
#include "tools/packetdrill/calls.h"

G_STATIC_ASSERT (sizeof (PacketdrillTable) == 33 * sizeof (void *));

static void
call_free (void *userdata)
{
  adapter_free (userdata);
}

bool
table_fill (PacketdrillTable *table, const char *flags, GError **error)
{
  Adapter *adapter = adapter_new (flags, error);

  if (adapter == NULL)
    return false;
  *table = (PacketdrillTable){ .userdata = adapter,
                               .free = call_free,
                               .socket = call_socket,
                               .bind = call_bind,
                               .listen = call_listen,
                               .accept = call_accept,
                               .connect = call_connect,
                               .read = call_read,
                               .readv = call_readv,
                               .recv = call_recv,
                               .recvfrom = call_recvfrom,
                               .recvmsg = call_recvmsg,
                               .write = call_write,
                               .writev = call_writev,
                               .send = call_send,
                               .sendto = call_sendto,
                               .sendmsg = call_sendmsg,
                               .fcntl = call_fcntl,
                               .ioctl = call_ioctl,
                               .close = call_close,
                               .shutdown = call_shutdown,
                               .getsockopt = call_getsockopt,
                               .setsockopt = call_setsockopt,
                               .poll = call_poll,
                               .netdev_send = call_netdev_send,
                               .netdev_receive = call_netdev_receive,
                               .usleep = call_usleep,
                               .gettimeofday = call_gettimeofday,
                               .epoll_create = call_epoll_create,
                               .epoll_ctl = call_epoll_ctl,
                               .epoll_wait = call_epoll_wait,
                               .pipe = call_pipe,
                               .splice = call_splice };
  return true;
}
