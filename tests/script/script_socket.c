// SPDX-License-Identifier: MIT
/* The calls that make, name, ask and close sockets. */
#include "tests/script/script_call.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>

#define T(call) ((call)->table)
#define U(call) ((call)->table->userdata)

/* The address of one side at PORT; port 0 with NONE: AF_UNSPEC. */
void
script_call_address (Script *script,
                     ScriptCall *call,
                     bool local,
                     uint16_t port)
{
  Address address = script_address (script, local);
  struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
                              .sin6_port = htons (port) };

  memcpy (&in.sin_addr, address.bytes + 12, 4);
  memcpy (&in6.sin6_addr, address.bytes, 16);
  call->address_length = script->ipv6_sockets ? sizeof in6 : sizeof in;
  if (script->ipv6_sockets)
    memcpy (&call->address, &in6, sizeof in6);
  else
    memcpy (&call->address, &in, sizeof in);
}

const struct sockaddr *
script_call_sockaddr (const ScriptCall *call)
{
  return (const struct sockaddr *) &call->address;
}

/* socket tcp|udp [nonblock] */

static ssize_t
do_socket (ScriptCall *call)
{
  return T (call)->socket (U (call), call->level, call->kind, 0);
}

const char *
script_parse_socket (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_socket;
  call->level = script->ipv6_sockets ? AF_INET6 : AF_INET;
  call->kind = SOCK_STREAM;
  for (; *words != NULL; words++)
    if (strcmp (*words, "udp") == 0)
      call->kind = SOCK_DGRAM;
    else if (strcmp (*words, "nonblock") == 0)
      call->kind |= SOCK_NONBLOCK;
  return "ok";
}

/* bind S PORT, connect S PORT|none, listen S N */

static ssize_t
do_bind (ScriptCall *call)
{
  return T (call)->bind (U (call), call->fd, script_call_sockaddr (call),
                         call->address_length);
}

const char *
script_parse_bind (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_bind;
  script_call_address (script, call, true,
                       (uint16_t) script_number (script, words[0]));
  script_flow (script)->local_port =
      (uint16_t) script_number (script, words[0]);
  return "ok";
}

static ssize_t
do_connect (ScriptCall *call)
{
  return T (call)->connect (U (call), call->fd, script_call_sockaddr (call),
                            call->address_length);
}

const char *
script_parse_connect (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_connect;
  if (words[0] != NULL && strcmp (words[0], "none") == 0)
    {
      call->address.ss_family = AF_UNSPEC;
      call->address_length = sizeof (struct sockaddr);
      return "ok";
    }
  script_use_flow (script, (uint16_t) script_number (script, words[0]));
  script_call_address (script, call, false, script_flow (script)->peer_port);
  return "ok";
}

static ssize_t
do_listen (ScriptCall *call)
{
  return T (call)->listen (U (call), call->fd, (int) call->number);
}

const char *
script_parse_listen (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_listen;
  call->number = script_number (script, words[0]);
  return "ok";
}

/* C = accept S */

static ssize_t
do_accept (ScriptCall *call)
{
  call->address_length = sizeof call->address;
  return T (call)->accept (U (call), call->fd,
                           (struct sockaddr *) &call->address,
                           &call->address_length);
}

/* It came from the peer that is spoken of. */
static char *
tell_accept (Script *script, ScriptCall *call)
{
  ScriptCall wanted = { .fd = 0 };

  script_call_address (script, &wanted, false, script_flow (script)->peer_port);
  if (call->address_length != wanted.address_length
      || memcmp (&call->address, &wanted.address, wanted.address_length) != 0)
    script_fail (script, "it was another peer that was accepted");
  return g_strdup ("ok");
}

const char *
script_parse_accept (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_accept;
  call->tell = tell_accept;
  return "ok";
}

/* close S, shutdown S read|write|both */

static ssize_t
do_close (ScriptCall *call)
{
  return T (call)->close (U (call), call->fd);
}

const char *
script_parse_close (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_close;
  return "ok";
}

static ssize_t
do_shutdown (ScriptCall *call)
{
  return T (call)->shutdown (U (call), call->fd, (int) call->number);
}

const char *
script_parse_shutdown (Script *script, ScriptCall *call, char **words)
{
  const char *how = words[0] == NULL ? "both" : words[0];

  call->perform = do_shutdown;
  call->number = strcmp (how, "read") == 0    ? SHUT_RD
                 : strcmp (how, "write") == 0 ? SHUT_WR
                                              : SHUT_RDWR;
  return "ok";
}

/* nonblock S, block S, inq S, outq S, atmark S */

static ssize_t
do_fcntl (ScriptCall *call)
{
  int flags = T (call)->fcntl (U (call), call->fd, F_GETFL);

  flags = call->number != 0 ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  return T (call)->fcntl (U (call), call->fd, F_SETFL, flags);
}

const char *
script_parse_block (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_fcntl;
  return "ok";
}

const char *
script_parse_nonblock (Script *script, ScriptCall *call, char **words)
{
  call->number = 1;
  return script_parse_block (script, call, words);
}

static ssize_t
do_ioctl (ScriptCall *call)
{
  int value = -1;
  int result = T (call)->ioctl (U (call), call->fd,
                                (unsigned long) call->number, &value);

  return result < 0 ? result : value;
}

char *
script_call_number (Script *script, ScriptCall *call)
{
  return g_strdup_printf ("%zd", call->result);
}

const char *
script_parse_inq (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_ioctl;
  call->tell = script_call_number;
  call->number = FIONREAD;
  return NULL;
}

const char *
script_parse_outq (Script *script, ScriptCall *call, char **words)
{
  script_parse_inq (script, call, words);
  call->number = SIOCOUTQ;
  return NULL;
}

const char *
script_parse_atmark (Script *script, ScriptCall *call, char **words)
{
  script_parse_inq (script, call, words);
  call->number = SIOCATMARK;
  return NULL;
}
