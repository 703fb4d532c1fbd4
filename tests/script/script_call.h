// SPDX-License-Identifier: MIT
/* One call of an application: its words become a ScriptCall on the first
 * thread, either thread performs it through the table, and the first one
 * compares what it gave, as text: ok, a number, a name of errno, or what the
 * call is there to find out. */
#pragma once

#include "tests/script/script.h"

typedef struct ScriptCall ScriptCall;

struct ScriptCall
{
  const PacketdrillTable *table;
  ssize_t (*perform) (ScriptCall *call);
  /* What it gave, when it was no error; NULL: its number. */
  char *(*tell) (Script *script, ScriptCall *call);

  char *name; /* of its socket, and of the one that it makes */
  char *made;
  int fd, other;
  int64_t number, more;
  uint8_t *bytes;
  size_t length;
  bool datagram;
  struct sockaddr_storage address;
  socklen_t address_length;
  int level, option, kind;
  struct pollfd polled[4];
  struct epoll_event events[4];
  char *polled_names[4];
  nfds_t polled_count;

  ssize_t result;
  int error; /* errno, or 0 */
  Time began, ended;
};

/* Fills CALL after WORDS, and returns what is expected when nothing else is
 * said; NULL: any result that is no error. */
typedef const char *(*ScriptParse) (Script *script,
                                    ScriptCall *call,
                                    char **words);

/* The address of one side at PORT. */
void script_call_address (Script *script,
                          ScriptCall *call,
                          bool local,
                          uint16_t port);
const struct sockaddr *script_call_sockaddr (const ScriptCall *call);

/* A tell: the result as a number. */
char *script_call_number (Script *script, ScriptCall *call);

#define SCRIPT_CALLS(X)                                                        \
  X (socket, true)                                                             \
  X (bind, false)                                                              \
  X (listen, false)                                                            \
  X (accept, false)                                                            \
  X (connect, false)                                                           \
  X (read, false)                                                              \
  X (write, false)                                                             \
  X (sendto, false)                                                            \
  X (close, false)                                                             \
  X (shutdown, false)                                                          \
  X (nonblock, false)                                                          \
  X (block, false)                                                             \
  X (inq, false)                                                               \
  X (outq, false)                                                              \
  X (atmark, false)                                                            \
  X (pipe, true)                                                               \
  X (splice, false)                                                            \
  X (set, false)                                                               \
  X (get, false)                                                               \
  X (info, false)                                                              \
  X (poll, true)                                                               \
  X (epoll, true)                                                              \
  X (watch, false)                                                             \
  X (await, false)

/* Each call, and whether it takes no socket as its first word. */
#define X(word, fresh)                                                         \
  const char *script_parse_##word (Script *script, ScriptCall *call,           \
                                   char **words);
SCRIPT_CALLS (X)
#undef X
