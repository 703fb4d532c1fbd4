// SPDX-License-Identifier: MIT
/* A conversation that is read from a file: see test_script.c for its language.
 * It drives the table of tools/packetdrill as a foreign program would; only
 * what the table cannot tell is looked up inside: the time, which slot 27
 * moves, and whether a packet waits, for which slot 25 would move it. */
#pragma once

#include "tests/packet_line.h"
#include "tests/packetdrill/caller.h"
#include "tools/packetdrill/adapter.h"
#include "tools/packetdrill/table.h"

#include <glib.h>

/* One connection or pair of ports, as the peer knows it. */
typedef struct
{
  uint16_t peer_port, local_port;
  uint32_t isn, peer_isn; /* the stack's, ours */
  bool timed;             /* has it sent a timestamp? */
  uint32_t time, peer_time;
} ScriptFlow;

/* A name for a descriptor. */
typedef struct
{
  char *name;
  int fd;
  int64_t written, read; /* offsets where the application goes on */
} ScriptSocket;

typedef struct
{
  const char *path;
  unsigned line;
  PacketdrillTable table;
  Adapter *adapter;
  bool ipv6_sockets, ipv6_packets;
  Time began;

  GArray *flows;                   /* ScriptFlow */
  guint flow;                      /* the one that is spoken of */
  GArray *sockets;                 /* ScriptSocket */
  uint8_t packet[PACKET_LINE_MAX]; /* the last one of the stack */
  size_t length;

  struct ScriptCall *second; /* what the second thread does, or NULL */
  Caller caller;
  GPtrArray *said; /* char *, the conversation */
} Script;

/* A world for the talk whose first line has WORDS: talk "NAME" [over MODE]
 * [with FLAGS]. */
Script *script_new (const char *path, unsigned line, const char *text);

/* Checks that nothing is left to say. */
void script_free (Script *script);

/* Runs one line that is not empty. */
void script_run (Script *script, unsigned line, const char *text);

/* Ends the test, with the conversation. */
void script_fail (Script *script, const char *format, ...)
    G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN;

void script_say (Script *script, const char *who, const char *what);

/* TEXT as unit_parse_time reads it, or the script is wrong. */
Time script_time (Script *script, const char *text);
int64_t script_number (Script *script, const char *text);

/* The flow of the peer's PORT is spoken of from here on. */
void script_use_flow (Script *script, uint16_t port);
static inline ScriptFlow *
script_flow (Script *script)
{
  return &g_array_index (script->flows, ScriptFlow, script->flow);
}

Address script_address (const Script *script, bool local);

/* The socket called NAME, or the script is wrong; with ADD a new one. */
ScriptSocket *script_socket (Script *script, const char *name, bool add);

/* `peer` and `stack`: TEXT is behind that word. */
void script_peer (Script *script, const char *text);
void script_stack (Script *script, const char *text);
void script_expect_nothing (Script *script);

/* `app`, `second` and `done`. */
void script_app (Script *script, char **words);
void script_second (Script *script, char **words);
void script_done (Script *script, char **words);
