// SPDX-License-Identifier: MIT
/* A program on a host: it uses nothing but stack/socket.h. The host calls
 * START once, READY when a socket it watches may have changed, WAKE at the
 * time it asked for. An app that initiates says app_finish when it is done;
 * the run ends when all have. */
#pragma once

#include "sim/host.h"

typedef struct
{
  AppKind kind;
  bool initiates;
  size_t size; /* of the struct that embeds App first */
  void (*start) (App *app, Time now);
  void (*ready) (App *app, int socket, unsigned poll, Time now);
  void (*wake) (App *app, Time now); /* may be NULL */
  void (*end) (App *app); /* last call: gives back what the app itself holds,
                             files are complete then; may be NULL */
} AppClass;

struct App
{
  const AppClass *class;
  const ScenarioApp *spec;
  Host *host;
  const char *files; /* folder for what is written, or NULL: nowhere */
  SimTimer timer;
  bool started, finished, ended;
  bool unwritten;     /* something that belongs into a file is not there */
  char *failure;      /* a sentence for the report, or NULL */
  GPtrArray *reports; /* char *: what it found out, or NULL */
  int stream;         /* the connection that was logged last, and its flow: a */
  const Flow *stream_flow; /* bulk transfer looks it up once, not per call */
};

/* Chosen by SPEC->kind; starts itself at SPEC->at. */
App *app_new (Host *host, const ScenarioApp *spec, const char *files);
void app_free (App *app);

/* The run is over: files are closed, app->failure is final. */
void app_end (App *app);

bool app_initiates (const App *app);
void app_finish (App *app);

/* Ends the app because of a socket call's negative errno value or a file. */
void app_fail (App *app, const char *what, int error);

/* The same because of a file that could not be written. */
void app_fail_write (App *app, const char *name, int error);

/* Adds a line to what the app found out; consumes it. */
void app_report (App *app, char *line);

void app_wake_at (App *app, Time at);

/* "ECONNREFUSED" for either sign of it. */
const char *app_error_word (int error);

/* Emits "socket": the call, its result, its errno word. REMOTE may be NULL:
 * the socket's own peer. */
void app_log_call (App *app,
                   const char *call,
                   int socket,
                   const Endpoint *remote,
                   int64_t result);

/* Emits "message": NUMBER of COUNT was handed to or came out of SOCKET;
 * one that was sent says when it was due. */
void app_log_message (App *app,
                      int socket,
                      const Endpoint *remote,
                      bool received,
                      uint64_t number,
                      uint64_t count);

/* Emits "message" for a run of bytes of a file or stream [from, to). */
void app_log_bytes (App *app,
                    int socket,
                    const Endpoint *remote,
                    bool received,
                    uint64_t from,
                    uint64_t to);
