// SPDX-License-Identifier: MIT
/* Making, naming, connecting and closing: slots 2 to 6, 19 and 20. */
#include "tools/packetdrill/calls.h"

#include "tools/packetdrill/descriptor.h"
#include "tools/packetdrill/option.h"
#include "tools/packetdrill/sockaddr.h"
#include "tools/packetdrill/wait.h"

#include <errno.h>
#include <netinet/in.h>

#define TYPE_FLAGS (SOCK_NONBLOCK | SOCK_CLOEXEC)

static int
type_of (int domain, int type, int protocol, SocketType *ours)
{
  int icmp = domain == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;

  if (domain != AF_INET && domain != AF_INET6)
    return -EAFNOSUPPORT;
  if (type == SOCK_STREAM)
    *ours = SOCKET_STREAM;
  else if (type == SOCK_DGRAM)
    *ours = protocol == icmp ? SOCKET_ICMP : SOCKET_DATAGRAM;
  else
    return -ESOCKTNOSUPPORT;
  if (protocol == 0 || (type == SOCK_STREAM && protocol == IPPROTO_TCP)
      || (type == SOCK_DGRAM && (protocol == IPPROTO_UDP || protocol == icmp)))
    return 0;
  return -EPROTONOSUPPORT;
}

int
call_socket (void *userdata, int domain, int type, int protocol)
{
  Adapter *adapter = adapter_enter (userdata);
  SocketType ours = SOCKET_STREAM;
  int result = type_of (domain, type & ~TYPE_FLAGS, protocol, &ours);

  if (result == 0)
    result = socket_new (adapter->stack,
                         domain == AF_INET ? SOCKET_IPV4 : SOCKET_IPV6, ours);
  if (result > 0)
    result = descriptor_new_socket (adapter, result, type & TYPE_FLAGS, NULL);
  return (int) adapter_give (adapter, result);
}

int
call_bind (void *userdata, int fd, const struct sockaddr *a, socklen_t n)
{
  Adapter *adapter = adapter_enter (userdata);
  Endpoint local;
  int result = 0;
  Descriptor *descriptor = descriptor_get_socket (adapter, fd, &result);

  if (descriptor != NULL)
    result = sockaddr_read (&local, a, n);
  if (result == 0 && descriptor->family == SOCKET_IPV6
      && a->sa_family != AF_INET6)
    result = -EAFNOSUPPORT;
  if (result == 0)
    result = socket_bind (adapter->stack, descriptor->socket, &local);
  return (int) adapter_give (adapter, result);
}

int
call_listen (void *userdata, int fd, int backlog)
{
  Adapter *adapter = adapter_enter (userdata);
  int result = 0;
  Descriptor *descriptor = descriptor_get_socket (adapter, fd, &result);

  if (descriptor != NULL)
    result = socket_listen (adapter->stack, descriptor->socket, backlog);
  return (int) adapter_give (adapter, result);
}

typedef struct
{
  Wait wait;
  int socket;
  Endpoint peer; /* accept: got; connect: wanted */
  bool going_on; /* connect: this call began it, or waits for it */
  bool over;     /* close: nothing is left to wait for */
} SocketCall;

static bool
try_accept (Adapter *adapter, Wait *wait)
{
  SocketCall *call = (SocketCall *) wait;

  wait->result = socket_accept (adapter->stack, call->socket, &call->peer);
  return wait->result != -EAGAIN;
}

int
call_accept (void *userdata, int fd, struct sockaddr *a, socklen_t *n)
{
  Adapter *adapter = adapter_enter (userdata);
  int result = 0;
  Descriptor *descriptor = descriptor_get_socket (adapter, fd, &result);
  SocketCall call = { .wait = { .attempt = try_accept } };
  Descriptor like; /* the listener may be closed while we wait */

  if (descriptor == NULL)
    return (int) adapter_give (adapter, result);
  like = *descriptor;
  call.socket = descriptor->socket;
  call.wait.deadline = descriptor_deadline (adapter, descriptor,
                                            descriptor->receive_timeout, false);
  result = (int) wait_for (adapter, &call.wait);
  if (result > 0)
    {
      result = descriptor_new_socket (adapter, result, 0, &like);
      sockaddr_write (&call.peer, like.family, a, n);
    }
  return (int) adapter_give (adapter, result);
}

/* While it goes on asking again says so; then it is connected, or gives the
 * error once. */
static bool
try_connect (Adapter *adapter, Wait *wait)
{
  SocketCall *call = (SocketCall *) wait;

  wait->result = socket_connect (adapter->stack, call->socket, &call->peer);
  if (wait->result == -EISCONN && call->going_on)
    wait->result = 0;
  if (wait->result != -EINPROGRESS && wait->result != -EALREADY)
    return true;
  call->going_on = true;
  return false;
}

static void
stop_connect (Wait *wait, int error)
{
  if (error == -EAGAIN)
    wait->result = -EINPROGRESS;
}

/* Without waiting the answer is that of the first attempt. */
static ssize_t
connect_to (Adapter *adapter, Descriptor *descriptor, const Endpoint *remote)
{
  SocketCall call = { .wait = { .attempt = try_connect, .stop = stop_connect },
                      .socket = descriptor->socket,
                      .peer = *remote };

  if (descriptor_is_nonblocking (descriptor))
    return socket_connect (adapter->stack, descriptor->socket, remote);
  call.wait.deadline = descriptor_deadline (adapter, descriptor,
                                            descriptor->send_timeout, false);
  return wait_for (adapter, &call.wait);
}

/* A stream begins again with its options, as a new socket. */
static int
disconnect (Adapter *adapter, Descriptor *descriptor)
{
  int fresh;

  if (descriptor->type != SOCKET_STREAM)
    return socket_connect (adapter->stack, descriptor->socket, NULL);
  fresh = socket_new (adapter->stack, descriptor->family, descriptor->type);
  if (fresh < 0)
    return fresh;
  option_copy (adapter->stack, descriptor->socket, fresh);
  socket_abort (adapter->stack, descriptor->socket);
  socket_close (adapter->stack, descriptor->socket);
  descriptor->socket = fresh;
  return 0;
}

int
call_connect (void *userdata, int fd, const struct sockaddr *a, socklen_t n)
{
  Adapter *adapter = adapter_enter (userdata);
  Endpoint remote;
  int result = 0;
  Descriptor *descriptor = descriptor_get_socket (adapter, fd, &result);

  if (descriptor == NULL)
    return (int) adapter_give (adapter, result);
  if (a != NULL && n >= sizeof a->sa_family && a->sa_family == AF_UNSPEC)
    return (int) adapter_give (adapter, disconnect (adapter, descriptor));
  result = sockaddr_read (&remote, a, n);
  if (result == 0 && descriptor->family == SOCKET_IPV6
      && a->sa_family != AF_INET6)
    result = -EAFNOSUPPORT;
  return (int) adapter_give (
      adapter, result < 0 ? result : connect_to (adapter, descriptor, &remote));
}

/* The peer has acknowledged our FIN, or the connection is over. */
static void
tell_close (Wait *wait, const StackEvent *event)
{
  SocketCall *call = (SocketCall *) wait;

  if (event->socket == call->socket
      && (event->to == TCP_FIN_WAIT_2 || event->to == TCP_TIME_WAIT
          || event->to == TCP_CLOSED))
    call->over = true;
}

static bool
try_close (Adapter *adapter, Wait *wait)
{
  SocketCall *call = (SocketCall *) wait;

  wait->result = 0;
  return call->over;
}

/* Whatever ends it, the socket is closed. */
static void
stop_close (Wait *wait, int error)
{
  wait->result = 0;
}

/* SO_LINGER with a time: until what was sent is acknowledged, or for that
 * time; O_NONBLOCK does not count, as on Linux. */
static void
linger (Adapter *adapter, int socket)
{
  SocketCall call = {
    .wait = { .attempt = try_close, .stop = stop_close, .tell = tell_close },
    .socket = socket
  };
  int64_t seconds = 0;
  SocketInfo info;

  if (socket_option_get (adapter->stack, socket, SOCKET_OPTION_LINGER, &seconds)
          < 0
      || seconds <= 0 || socket_info (adapter->stack, socket, &info) < 0
      || info.state < TCP_ESTABLISHED || info.state == TCP_FIN_WAIT_2
      || info.state == TCP_TIME_WAIT)
    return;
  call.wait.deadline = adapter->now + seconds * SECOND;
  socket_close (adapter->stack, socket);
  wait_for (adapter, &call.wait);
}

int
call_close (void *userdata, int fd)
{
  Adapter *adapter = adapter_enter (userdata);
  Descriptor *descriptor = descriptor_get (adapter, fd);
  int socket;

  if (descriptor == NULL)
    return (int) adapter_give (adapter, -EBADF);
  socket = descriptor->socket;
  if (descriptor->kind == DESCRIPTOR_SOCKET)
    linger (adapter, socket);
  /* Somebody else may have closed it meanwhile. */
  descriptor = descriptor_get (adapter, fd);
  if (descriptor != NULL && descriptor->socket == socket)
    descriptor_free (adapter, descriptor);
  return (int) adapter_give (adapter, 0);
}

int
call_shutdown (void *userdata, int fd, int how)
{
  Adapter *adapter = adapter_enter (userdata);
  int result = 0;
  Descriptor *descriptor = descriptor_get_socket (adapter, fd, &result);

  if (descriptor != NULL)
    result = socket_shutdown (adapter->stack, descriptor->socket, how);
  return (int) adapter_give (adapter, result);
}
