// SPDX-License-Identifier: MIT
#include "tools/packetdrill/pipe.h"

#include "tools/packetdrill/epoll.h"
#include "tools/packetdrill/wait.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#define PIPE_SIZE 65536

typedef struct Pipe
{
  GByteArray *bytes;
  int ends[2]; /* numbers of the reader and the writer; -1: closed */
} Pipe;

int
pipe_new (Adapter *adapter, int numbers[2])
{
  Descriptor *reader = descriptor_new (adapter, DESCRIPTOR_PIPE_READ, 0);
  Descriptor *writer;
  Pipe *pipe;

  if (reader == NULL)
    return -errno;
  pipe = reader->pipe = g_new (Pipe, 1);
  *pipe = (Pipe){ g_byte_array_new (), { reader->number, -1 } };
  writer = descriptor_new (adapter, DESCRIPTOR_PIPE_WRITE, 0);
  if (writer == NULL)
    {
      int error = -errno;

      descriptor_free (adapter, reader);
      return error;
    }
  writer->pipe = pipe;
  pipe->ends[1] = writer->number;
  memcpy (numbers, pipe->ends, sizeof pipe->ends);
  return 0;
}

static Pipe *
pipe_of (const Adapter *adapter, int number)
{
  const Descriptor *end = descriptor_get (adapter, number);

  return end == NULL ? NULL : end->pipe;
}

bool
pipe_is (const Adapter *adapter, int number)
{
  return pipe_of (adapter, number) != NULL;
}

void
pipe_close (Adapter *adapter, Descriptor *end)
{
  Pipe *pipe = end->pipe;

  pipe->ends[end->kind == DESCRIPTOR_PIPE_WRITE] = -1;
  epoll_arm_pipe (adapter, pipe);
  if (pipe->ends[0] >= 0 || pipe->ends[1] >= 0)
    return;
  g_byte_array_free (pipe->bytes, TRUE);
  g_free (pipe);
}

unsigned
pipe_poll (const Descriptor *end)
{
  const Pipe *pipe = end->pipe;

  if (end->kind == DESCRIPTOR_PIPE_READ)
    return (pipe->bytes->len > 0 ? POLLIN | POLLRDNORM : 0)
           | (pipe->ends[1] < 0 ? POLLHUP : 0);
  return (pipe->bytes->len < PIPE_SIZE ? POLLOUT | POLLWRNORM : 0)
         | (pipe->ends[0] < 0 ? POLLERR : 0);
}

/* How many bytes could be taken out, or put in: 0: the other end is gone, or
 * a negative error. */
static ssize_t
may_read (const Pipe *pipe)
{
  if (pipe->bytes->len > 0)
    return (ssize_t) pipe->bytes->len;
  return pipe->ends[1] < 0 ? 0 : -EAGAIN;
}

static ssize_t
may_write (const Pipe *pipe)
{
  if (pipe->ends[0] < 0)
    return -EPIPE;
  return pipe->bytes->len < PIPE_SIZE ? (ssize_t) (PIPE_SIZE - pipe->bytes->len)
                                      : -EAGAIN;
}

/* A call on one or two descriptors, found again at each attempt: they may be
 * closed meanwhile. */
typedef struct
{
  Wait wait;
  int in, out;
  uint8_t *bytes; /* read into, or written from */
  size_t length, done;
} PipeCall;

static ssize_t
run (Adapter *adapter,
     PipeCall *call,
     const Descriptor *descriptor,
     bool dont_wait)
{
  call->wait.deadline = descriptor_deadline (adapter, descriptor, 0, dont_wait);
  return wait_for (adapter, &call->wait);
}

static bool
try_read (Adapter *adapter, Wait *wait)
{
  PipeCall *call = (PipeCall *) wait;
  Pipe *pipe = pipe_of (adapter, call->in);
  ssize_t length = pipe == NULL ? -EBADF : may_read (pipe);

  wait->result = MIN (length, (ssize_t) call->length);
  if (wait->result > 0)
    {
      memcpy (call->bytes, pipe->bytes->data, (size_t) wait->result);
      g_byte_array_remove_range (pipe->bytes, 0, (guint) wait->result);
      epoll_arm_pipe (adapter, pipe);
    }
  return wait->result != -EAGAIN;
}

ssize_t
pipe_read (Adapter *adapter,
           int number,
           const struct iovec *parts,
           size_t count)
{
  PipeCall call = { .wait = { .attempt = try_read }, .in = number };
  const Descriptor *end = descriptor_get (adapter, number);
  ssize_t got;
  size_t at = 0;

  if (end->kind != DESCRIPTOR_PIPE_READ)
    return -EBADF;
  for (size_t i = 0; i < count; i++)
    call.length += MIN (parts[i].iov_len, PIPE_SIZE);
  call.bytes = g_malloc (call.length + 1);
  got = run (adapter, &call, end, false);
  for (size_t i = 0; i < count && got > (ssize_t) at; i++)
    {
      size_t part = MIN (parts[i].iov_len, (size_t) got - at);

      memcpy (parts[i].iov_base, call.bytes + at, part);
      at += part;
    }
  g_free (call.bytes);
  return got;
}

static void
stop_write (Wait *wait, int error)
{
  PipeCall *call = (PipeCall *) wait;

  if (call->done > 0)
    wait->result = (ssize_t) call->done;
}

static bool
try_write (Adapter *adapter, Wait *wait)
{
  PipeCall *call = (PipeCall *) wait;
  Pipe *pipe = pipe_of (adapter, call->out);
  ssize_t room = pipe == NULL ? -EBADF : may_write (pipe);

  wait->result = room;
  if (room > 0)
    {
      size_t length = MIN ((size_t) room, call->length - call->done);

      g_byte_array_append (pipe->bytes, call->bytes + call->done,
                           (guint) length);
      epoll_arm_pipe (adapter, pipe);
      call->done += length;
      wait->result = (ssize_t) call->done;
    }
  stop_write (wait, 0);
  return room < 0 ? room != -EAGAIN : call->done == call->length;
}

ssize_t
pipe_write (Adapter *adapter,
            int number,
            const struct iovec *parts,
            size_t count)
{
  PipeCall call = { .wait = { .attempt = try_write, .stop = stop_write },
                    .out = number };
  const Descriptor *end = descriptor_get (adapter, number);
  GByteArray *all = g_byte_array_new ();
  ssize_t put;

  for (size_t i = 0; i < count; i++)
    g_byte_array_append (all, parts[i].iov_base, (guint) parts[i].iov_len);
  call.bytes = all->data;
  call.length = all->len;
  put = end->kind == DESCRIPTOR_PIPE_WRITE ? run (adapter, &call, end, false)
                                           : -EBADF;
  g_byte_array_free (all, TRUE);
  return put;
}

static ssize_t
splice_in (Adapter *adapter, const Descriptor *in, Pipe *to, size_t length)
{
  uint8_t bytes[PIPE_SIZE];
  ssize_t got = may_write (to);

  if (got <= 0)
    return got;
  got = socket_receive (adapter->stack, in->socket, bytes,
                        MIN ((size_t) got, length));
  if (got > 0)
    g_byte_array_append (to->bytes, bytes, (guint) got);
  return got;
}

static ssize_t
splice_out (Adapter *adapter, Pipe *from, const Descriptor *out, size_t length)
{
  ssize_t put = may_read (from);

  if (put <= 0)
    return put;
  put = socket_send (adapter->stack, out->socket, from->bytes->data,
                     MIN ((size_t) put, length));
  if (put > 0)
    g_byte_array_remove_range (from->bytes, 0, (guint) put);
  return put;
}

static bool
try_splice (Adapter *adapter, Wait *wait)
{
  PipeCall *call = (PipeCall *) wait;
  const Descriptor *in = descriptor_get (adapter, call->in);
  const Descriptor *out = descriptor_get (adapter, call->out);

  if (in == NULL || out == NULL)
    wait->result = -EBADF;
  else if (in->kind == DESCRIPTOR_SOCKET && out->kind == DESCRIPTOR_PIPE_WRITE)
    wait->result = splice_in (adapter, in, out->pipe, call->length);
  else if (in->kind == DESCRIPTOR_PIPE_READ && out->kind == DESCRIPTOR_SOCKET)
    wait->result = splice_out (adapter, in->pipe, out, call->length);
  else
    wait->result = -EINVAL;
  if (wait->result > 0)
    epoll_arm_pipe (adapter, in->pipe != NULL ? in->pipe : out->pipe);
  return wait->result != -EAGAIN;
}

ssize_t
pipe_splice (Adapter *adapter, int in, int out, size_t length, bool dont_wait)
{
  PipeCall call = {
    .wait = { .attempt = try_splice }, .in = in, .out = out, .length = length
  };
  const Descriptor *from = descriptor_get (adapter, in);

  return from == NULL ? -EBADF : run (adapter, &call, from, dont_wait);
}
