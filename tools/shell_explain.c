// SPDX-License-Identifier: MIT
/* Errors and remarks in the words of the lecture. */
#include "stack/address.h"
#include "tools/shell.h"

#include <errno.h>
#include <string.h>

typedef enum
{
  ANY_TYPE,
  STREAM,
  DATAGRAM
} TypeFilter;

/* {host} {socket} {peer} {port} stand for themselves. */
typedef struct
{
  const char *command; /* NULL: any */
  int error;
  TypeFilter type;
  const char *sentence;
} Row;

/* The first that fits is told. */
static const Row rows[] = {
  { "bind", EADDRINUSE, ANY_TYPE,
    "another socket of {host} is bound to port {port} already" },
  { "bind", EADDRNOTAVAIL, ANY_TYPE,
    "{peer} is no address of {host}: bind takes one of its own" },
  { "bind", EACCES, ANY_TYPE,
    "ports below 1024 are for system services; 'host {host} ... privileged' "
    "in the scenario allows them" },
  { "bind", EINVAL, ANY_TYPE,
    "{socket} has a name already; a socket is bound once" },
  { "listen", EOPNOTSUPP, ANY_TYPE,
    "a datagram socket has no connections to wait for: just receive" },
  { "listen", EADDRINUSE, ANY_TYPE,
    "another socket of {host} listens on that port already" },
  { "listen", EINVAL, ANY_TYPE,
    "{socket} is connected: it cannot wait for connections any more" },
  { "listen", EISCONN, ANY_TYPE,
    "{socket} is connected: it cannot wait for connections any more" },
  { "accept", EOPNOTSUPP, ANY_TYPE,
    "a datagram socket has no connections to accept: just receive" },
  { "accept", EINVAL, ANY_TYPE, "{socket} does not listen: 'listen' first" },
  { "accept", EAGAIN, ANY_TYPE, "nobody has connected yet" },
  { "accept", ECONNABORTED, ANY_TYPE,
    "somebody had connected, and has reset the connection since" },
  { "connect", ECONNREFUSED, ANY_TYPE,
    "nobody listens on {peer}: the answer to the SYN was RST" },
  { "connect", ECONNRESET, ANY_TYPE, "the peer answered with RST" },
  { "connect", ETIMEDOUT, ANY_TYPE,
    "no answer from {peer}, however often the SYN was sent" },
  { "connect", EAGAIN, ANY_TYPE, "there is no answer yet" },
  { "connect", EISCONN, STREAM,
    "{socket} is or was connected; a stream socket connects once" },
  { "connect", EALREADY, ANY_TYPE, "{socket} is connecting already" },
  { "connect", EOPNOTSUPP, ANY_TYPE,
    "{socket} listens; connect with another socket" },
  { "connect", EADDRNOTAVAIL, ANY_TYPE,
    "port 0 is nobody's, or another socket of {host} has this very pair of "
    "ends" },
  { "send", ENOTCONN, ANY_TYPE,
    "{socket} is not connected: a stream needs 'connect' or 'accept' first" },
  { "send", EDESTADDRREQ, ANY_TYPE,
    "to whom? {socket} is not connected: 'send {socket} ... to bob:7777'" },
  { "send", EISCONN, STREAM,
    "a stream goes to its peer only: leave out 'to ...'" },
  { "send", EISCONN, DATAGRAM, "{socket} is connected: leave out 'to ...'" },
  { "send", EMSGSIZE, ANY_TYPE,
    "a datagram holds 65507 bytes over IPv4, 65527 over IPv6, and is sent "
    "whole or not at all" },
  { "send", EPIPE, ANY_TYPE,
    "the connection or this direction of it is closed: nothing can be sent on "
    "{socket} any more" },
  { "send", EAGAIN, STREAM,
    "the send buffer of {socket} is full: the peer takes nothing" },
  { "send", EAGAIN, DATAGRAM, "too many datagrams wait for the link" },
  { "receive", EAGAIN, ANY_TYPE, "there is nothing to read yet" },
  { "receive", ENOTCONN, ANY_TYPE,
    "{socket} is not connected: nobody could have sent anything" },
  { "shutdown", ENOTCONN, ANY_TYPE,
    "{socket} is not connected: there is nothing to end" },
  { "option", ENOPROTOOPT, ANY_TYPE,
    "{socket} has no such option: 'option {socket}' lists those it has" },
  { "option", EINVAL, ANY_TYPE,
    "that is out of bounds, or it is too late: what both ends agree on is "
    "settled by the SYN" },
  { NULL, EBADF, ANY_TYPE, "{socket} was closed: it is no socket any more" },
  { NULL, ECONNREFUSED, DATAGRAM,
    "nobody is bound to that port: ICMP port unreachable came back for an "
    "earlier datagram" },
  { NULL, ECONNRESET, ANY_TYPE, "the peer has reset the connection (RST)" },
  { NULL, ETIMEDOUT, ANY_TYPE,
    "the peer did not answer, however often we repeated ourselves" },
  { NULL, EHOSTUNREACH, ANY_TYPE, "the network says that {peer} is not there" },
  { NULL, ENETUNREACH, ANY_TYPE,
    "{host} has no way to {peer}: it is in no prefix of its links" },
  { NULL, EAFNOSUPPORT, ANY_TYPE,
    "{socket} is of the other IP version than {peer}: see 'create'" },
  { NULL, EACCES, ANY_TYPE,
    "{peer} is a broadcast address: only a socket that asked for it "
    "(SO_BROADCAST) sends there" },
  { NULL, EADDRNOTAVAIL, ANY_TYPE,
    "no port is free, or {peer} is no address of {host}" },
  { NULL, EINVAL, ANY_TYPE, "that is not possible now" },
  { NULL, ENFILE, ANY_TYPE, "{host} has no room for another socket" },
};

static bool
fits (const Row *row, const char *command, const ShellSocket *socket, int error)
{
  bool stream = socket != NULL && socket->type == SOCKET_STREAM;

  return row->error == error
         && (row->command == NULL || strcmp (row->command, command) == 0)
         && (row->type == ANY_TYPE || (row->type == STREAM) == stream);
}

static const char *
find_sentence (const char *command, const ShellSocket *socket, int error)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    if (fits (&rows[i], command, socket, error))
      return rows[i].sentence;
  return g_strerror (error);
}

/* Is END this host itself, or nobody? */
static bool
is_no_journey (const Shell *shell, const Endpoint *end)
{
  const ScenarioHost *host =
      g_ptr_array_index (shell->scenario->hosts, shell->at);

  for (unsigned i = 0; i < host->addresses->len; i++)
    if (address_equal (
            &end->address,
            &g_array_index (host->addresses, ScenarioAddress, i).address))
      return true;
  return address_is_loopback (&end->address) || address_is_any (&end->address);
}

static void
replace (GString *text, const char *name, const char *value)
{
  g_string_replace (text, name, value != NULL ? value : "it", 0);
}

char *
shell_explain (const Shell *shell,
               const char *command,
               const ShellSocket *socket,
               int error,
               const Endpoint *peer)
{
  GString *text = g_string_new (find_sentence (command, socket, error));
  char end[ENDPOINT_TEXT_MAX], address[ADDRESS_TEXT_MAX], port[8] = "";
  bool inward =
      error == ENETUNREACH && peer != NULL && is_no_journey (shell, peer);
  bool bare = peer != NULL && strcmp (command, "bind") == 0;

  if (inward)
    g_string_assign (text, "{peer} is {host} itself, or nobody: there is no "
                           "loopback here, each packet takes a link");
  if (peer != NULL)
    {
      endpoint_format (peer, end);
      address_format (&peer->address, address);
      g_snprintf (port, sizeof port, "%u", peer->port);
    }
  replace (text, "{peer}", peer == NULL ? "the peer" : bare ? address : end);
  replace (text, "{port}", port);
  replace (text, "{host}", shell_host_name (shell));
  replace (text, "{socket}", socket != NULL ? socket->name : NULL);
  return g_string_free (text, false);
}

const char *
shell_explain_note (ShellNote note)
{
  static const char *const sentences[NOTE_COUNT] = {
    [NOTE_BIND] = "bind writes down a name, address and port, on this host "
                  "only: nobody else hears of it",
    [NOTE_LISTEN] = "from now on the stack answers every SYN for this port by "
                    "itself; 'accept' hands out what it has connected",
    [NOTE_CONNECT_STREAM] = "the three-way handshake: SYN, SYN with ACK, ACK; "
                            "the other program took no part in it",
    [NOTE_CONNECT_DATAGRAM] = "a datagram socket has no connection; connect "
                              "only notes down to whom 'send' goes, and that "
                              "nobody else is heard",
    [NOTE_EPHEMERAL] = "nobody chose the own port: the stack took a free one "
                       "of 49152 to 65535",
    [NOTE_ACCEPT] = "accept makes a new socket for this one connection; the "
                    "listening one goes on listening",
    [NOTE_SEND_STREAM] = "the bytes stay in the send buffer until the peer has "
                         "acknowledged them",
    [NOTE_SEND_DATAGRAM] = "sent and forgotten: nobody will tell whether it "
                           "arrives",
    [NOTE_FRAGMENTS] = "larger than the link takes: sent in fragments, and "
                       "when one of them is lost all of it is",
    [NOTE_RECEIVE_STREAM] = "a stream is bytes in order; where one send ended "
                            "and the next began is not kept",
    [NOTE_SEND_LATER] = "no packet yet: a small piece waits until what is on "
                        "its way has been acknowledged (Nagle), or until the "
                        "peer has room",
    [NOTE_NAMELESS] = "it has no port yet, so nobody can send to it: 'bind' "
                      "first",
    [NOTE_CUT] = "a datagram is received in one piece: what does not fit is "
                 "cut off and gone",
    [NOTE_END] = "0 bytes is the end of the stream: nothing more will come",
    [NOTE_SHUTDOWN] = "one direction has ended (FIN); the other one is still "
                      "open",
    [NOTE_RESET] = "there was unread data: closing without reading it is a "
                   "reset (RST), since it was not delivered",
    [NOTE_TIME_WAIT] = "who closes first ends in TIME-WAIT and keeps the port "
                       "for a minute, until no late packet can be on its way",
    [NOTE_LOST_STREAM] = "lost, but TCP notices and sends it again: 'wait'",
    [NOTE_LOST_DATAGRAM] = "lost, and nobody will notice: UDP repairs nothing",
    [NOTE_NO_SOCKET] = "no socket there waits for it: none is bound to that "
                       "port, or only to hear another peer",
    [NOTE_MAPPED] = "an IPv6 socket talks IPv4 here: the program sees "
                    "::ffff:a.b.c.d, on the wire it is IPv4",
  };

  return sentences[note];
}
