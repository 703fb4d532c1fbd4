// SPDX-License-Identifier: MIT
#include "tools/packetdrill/transfer.h"

#include "tools/packetdrill/descriptor.h"
#include "tools/packetdrill/sockaddr.h"
#include "tools/packetdrill/wait.h"

#include <errno.h>

#define PARTS_MAX 1024 /* IOV_MAX */

typedef struct
{
  Wait wait;
  int socket;
  bool stream;
  struct iovec *parts, *copy; /* what is still to be moved; all of it */
  size_t count;
  ssize_t total;
  int flags;
  Endpoint remote;
  const Endpoint *to;
  int flags_out;
} Transfer;

/* LENGTH bytes of the parts are done. */
static void
skip (Transfer *transfer, size_t length)
{
  transfer->total += (ssize_t) length;
  while (transfer->count > 0 && length >= transfer->parts->iov_len)
    {
      length -= transfer->parts->iov_len;
      transfer->parts++;
      transfer->count--;
    }
  if (transfer->count > 0)
    {
      transfer->parts->iov_base =
          (uint8_t *) transfer->parts->iov_base + length;
      transfer->parts->iov_len -= length;
    }
}

static bool
end (Transfer *transfer, ssize_t result)
{
  transfer->wait.result = transfer->total > 0 ? transfer->total : result;
  return true;
}

static void
stop_transfer (Wait *wait, int error)
{
  end ((Transfer *) wait, error);
}

/* Part of it is done, and an error waits that should be told next. */
static bool
error_waits (Adapter *adapter, const Transfer *transfer)
{
  return transfer->total > 0
         && (socket_poll (adapter->stack, transfer->socket) & SOCKET_ERROR)
                != 0;
}

static bool
try_send (Adapter *adapter, Wait *wait)
{
  Transfer *transfer = (Transfer *) wait;
  ssize_t sent;

  do
    {
      if (error_waits (adapter, transfer))
        return end (transfer, 0);
      sent =
          socket_send_parts (adapter->stack, transfer->socket, transfer->parts,
                             transfer->count, transfer->to, transfer->flags);
      if (sent == -EAGAIN)
        return false;
      if (sent < 0 || !transfer->stream)
        return end (transfer, sent);
      skip (transfer, (size_t) sent);
    }
  while (transfer->count > 0);
  return end (transfer, 0);
}

static bool
try_receive (Adapter *adapter, Wait *wait)
{
  Transfer *transfer = (Transfer *) wait;
  bool all = transfer->stream
             && (transfer->flags & (MSG_WAITALL | MSG_PEEK)) == MSG_WAITALL;
  ssize_t got;

  do
    {
      SocketInfo info = { .readable = 0 };

      if (error_waits (adapter, transfer))
        socket_info (adapter->stack, transfer->socket, &info);
      if (error_waits (adapter, transfer) && info.readable == 0)
        return end (transfer, 0);
      transfer->flags_out = transfer->flags & ~(all ? MSG_WAITALL : 0);
      got = socket_receive_parts (adapter->stack, transfer->socket,
                                  transfer->parts, transfer->count,
                                  &transfer->remote, &transfer->flags_out);
      if (got == -EAGAIN)
        return false;
      if (got <= 0 || !all)
        return end (transfer, got);
      skip (transfer, (size_t) got);
    }
  while (transfer->count > 0);
  return end (transfer, 0);
}

/* Everything that both directions check; 0 or an error. */
static int
prepare (Adapter *adapter,
         Transfer *transfer,
         int fd,
         const struct msghdr *message,
         int flags,
         bool send)
{
  int error = 0;
  Descriptor *descriptor = descriptor_get_socket (adapter, fd, &error);

  if (descriptor == NULL)
    return error;
  if (message->msg_iovlen > PARTS_MAX)
    return -EMSGSIZE;
  transfer->socket = descriptor->socket;
  transfer->stream = descriptor->type == SOCKET_STREAM;
  transfer->flags = flags;
  transfer->count = message->msg_iovlen;
  transfer->parts = transfer->copy =
      g_memdup2 (message->msg_iov, transfer->count * sizeof *transfer->parts);
  transfer->wait.attempt = send ? try_send : try_receive;
  transfer->wait.stop = stop_transfer;
  transfer->wait.deadline = descriptor_deadline (
      adapter, descriptor,
      send ? descriptor->send_timeout : descriptor->receive_timeout,
      (flags & MSG_DONTWAIT) != 0);
  if (!send || message->msg_name == NULL)
    return 0;
  transfer->to = &transfer->remote;
  return sockaddr_read (&transfer->remote, message->msg_name,
                        message->msg_namelen);
}

ssize_t
transfer_send (Adapter *adapter,
               int fd,
               const struct msghdr *message,
               int flags)
{
  Transfer transfer = { .count = 0 };
  ssize_t result = prepare (adapter, &transfer, fd, message, flags, true);

  if (result == 0 && message->msg_controllen > 0)
    result = -EINVAL;
  if (result == 0)
    result = wait_for (adapter, &transfer.wait);
  g_free (transfer.copy);
  return result;
}

ssize_t
transfer_receive (Adapter *adapter, int fd, struct msghdr *message, int flags)
{
  Transfer transfer = { .count = 0 };
  Descriptor *descriptor = descriptor_get (adapter, fd);
  SocketFamily family = descriptor == NULL ? SOCKET_IPV4 : descriptor->family;
  ssize_t result = prepare (adapter, &transfer, fd, message, flags, false);

  if (result == 0)
    {
      result = wait_for (adapter, &transfer.wait);
      message->msg_controllen = 0;
      message->msg_flags = transfer.flags_out & MSG_TRUNC;
      /* As Linux: a stream's peer is known. */
      if (transfer.stream || result < 0)
        message->msg_namelen = 0;
      else
        sockaddr_write (&transfer.remote, family, message->msg_name,
                        &message->msg_namelen);
    }
  g_free (transfer.copy);
  return result;
}
