// SPDX-License-Identifier: MIT
/* A socket shell on the hosts of a scenario: the four steps by hand, in
 * virtual time. Each command acts through stack/socket.h on one host and then
 * tells which packets went over the wire and which state changed. What the
 * files of the shell share; one question each:
 *
 *   shell          which command is it?
 *   shell_commands which commands are there, and what do they do?
 *   shell_report   how did it end?
 *   shell_words    which words has a line?
 *   shell_address  which end does bob:7777 mean?
 *   shell_socket   create, bind, listen, connect, accept
 *   shell_data     send, receive, shutdown, close
 *   shell_option   what may a socket be told?
 *   shell_network  the hosts, the links, the clock
 *   shell_time     how does time pass while a command waits?
 *   shell_watch    what happened meanwhile?
 *   shell_explain  what does an error mean, what is worth a remark?
 *   shell_status   in which state are the sockets?
 *   shell_info     how does a connection stand?
 *   shell_input    the next line, from a terminal or a script
 *   shell_complete how can a word go on?
 *
 * Time passes only inside a command that waits, as far as it must. */
#pragma once

#include "sim/app.h"
#include "sim/run.h"
#include "tools/shell_watch.h"
#include "tools/shell_words.h"

typedef struct Shell Shell;

/* One socket of the shell; names are never used again. */
typedef struct
{
  App app;          /* for the log: who calls */
  ScenarioApp spec; /* of APP: its protocol */
  char *name;       /* "s1" */
  int handle;
  SocketFamily family;
  SocketType type;
  bool closed;        /* the handle is gone, the connection may live on */
  const char *state;  /* of a stream, as its stack last told */
  Endpoint local;     /* as they were when it was closed */
  Endpoint remote;    /* or all zeros */
  uint64_t sent;      /* bytes of a stream that its stack has taken */
  bool sends_pattern; /* "send s1 10kb" goes on where the last one ended */
} ShellSocket;

/* Remarks for a learner; each is made once in a session. */
typedef enum
{
  NOTE_BIND,
  NOTE_LISTEN,
  NOTE_CONNECT_STREAM,
  NOTE_CONNECT_DATAGRAM,
  NOTE_EPHEMERAL,
  NOTE_ACCEPT,
  NOTE_SEND_STREAM,
  NOTE_SEND_LATER,
  NOTE_SEND_DATAGRAM,
  NOTE_FRAGMENTS,
  NOTE_RECEIVE_STREAM,
  NOTE_NAMELESS,
  NOTE_CUT,
  NOTE_END,
  NOTE_SHUTDOWN,
  NOTE_RESET,
  NOTE_TIME_WAIT,
  NOTE_LOST_STREAM,
  NOTE_LOST_DATAGRAM,
  NOTE_NO_SOCKET,
  NOTE_MAPPED,
  NOTE_COUNT
} ShellNote;

/* Which packets the line that tells how it ended counts. */
typedef enum
{
  COUNT_SENT,
  COUNT_ARRIVED, /* and those that were sent */
  COUNT_NONE
} ShellPackets;

/* Why a command does not wait any longer. */
typedef enum
{
  HALT_QUIET, /* nothing more can happen by itself */
  HALT_LATE,  /* it has waited for as long as it may */
  HALT_INTERRUPTED
} ShellHalt;

struct Shell
{
  Run *run;
  Network *network;
  const Scenario *scenario;
  unsigned at;        /* the host commands act on, an index */
  GPtrArray *sockets; /* ShellSocket *, in the order of creation */
  ShellWatch watch;

  SimTimer alarm; /* the end of a wait */
  bool rang;
  Time limit; /* how long a command waits at most */
  int interrupt;
  int signal;     /* the request to stop that ended the last wait, or 0 */
  ShellHalt halt; /* why the last wait ended */

  GString *changes;  /* statements that changed links so far */
  GPtrArray *parsed; /* Scenario *: links borrow from them */
  bool verbose;      /* each packet gets a line */
  bool failed;       /* a command did */
  bool over;         /* "quit" */
  bool told[NOTE_COUNT];

  /* The command being run. */
  const char *line;
  const ShellWords *words;
  Time began;
  const ShellSocket *subject; /* or NULL */
  ShellPackets packets;
  GString *head, *tail; /* of the line that tells how it ended */
  GString *trouble;     /* "EADDRINUSE: ...", empty: it succeeded */
  GPtrArray *notes;     /* char *: sentences below */
};

typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  const char *help;     /* a paragraph */
  unsigned least, most; /* words behind the name */
  bool acts;            /* on the network: what happened is told */
  void (*run) (Shell *shell);
} ShellCommand;

extern const ShellCommand SHELL_COMMANDS[]; /* ends with a NULL name */

/* Before run_start. INTERRUPT as of interrupt_open. */
Shell *shell_new (Run *run, const Scenario *scenario, int interrupt);
void shell_free (Shell *shell);

/* One line: nothing, a comment or a command, and its report on stdout. */
void shell_run (Shell *shell, const char *line);

/* "alice> "; the caller frees. */
char *shell_prompt (const Shell *shell);

/* --- for commands --- */

Host *shell_host (const Shell *shell);
const char *shell_host_name (const Shell *shell);
Stack *shell_stack (const Shell *shell);

/* Word I of the command, 0 being its name, or NULL. */
const char *shell_word (const Shell *shell, unsigned i);

/* The socket that word I names, on the present host; NULL: refused. */
ShellSocket *shell_take_socket (Shell *shell, unsigned i);

/* A new name for HANDLE. */
ShellSocket *shell_add_socket (Shell *shell,
                               int handle,
                               SocketFamily family,
                               SocketType type);

/* The socket of a stack's handle, or NULL. */
ShellSocket *
shell_find_socket (const Shell *shell, const char *host, int handle);

/* A part of the line that tells how it ended, before or behind packets and
 * states. */
void shell_tell (Shell *shell, const char *format, ...) G_GNUC_PRINTF (2, 3);
void shell_tell_behind (Shell *shell, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* The command was no good: a sentence. */
void shell_refuse (Shell *shell, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A socket call gave ERROR, an errno value of either sign. PEER may be NULL. */
void shell_fail (Shell *shell,
                 const ShellSocket *socket,
                 int error,
                 const Endpoint *peer);

void shell_note (Shell *shell, ShellNote note);

/* --- shell_report: prints how the command ended --- */

void shell_report (Shell *shell, const ShellCommand *command);

/* --- shell_address --- */

/* TEXT as an end for SOCKET: NAME[/4|/6], IPV4 or [IPV6], and :PORT; a LOCAL
 * one may be a wildcard, :PORT alone. False: refused. */
bool shell_address_read (Shell *shell,
                         const ShellSocket *socket,
                         const char *text,
                         bool local,
                         Endpoint *endpoint);

/* --- shell_time --- */

/* The command waits from now on for at most LIMIT. */
void shell_time_begin (Shell *shell, Time limit);

/* The next thing happens. False: shell->halt says why not. IDLE: also when
 * nothing will come of it but the end of the wait. */
bool shell_time_next (Shell *shell, bool idle);
void shell_time_end (Shell *shell);

/* Hands over what the last socket calls left to send. */
void shell_time_pump (Shell *shell);

/* "nothing is on its way, ..."; begins a sentence's second half. */
const char *shell_time_why (const Shell *shell);

/* --- shell_info --- */

/* "reno sack rto:200ms ...", as at NOW; the caller frees. */
char *shell_info (const SocketInfo *info, Time now);

/* --- shell_explain --- */

/* What ERROR means for COMMAND; the caller frees. */
char *shell_explain (const Shell *shell,
                     const char *command,
                     const ShellSocket *socket,
                     int error,
                     const Endpoint *peer);
const char *shell_explain_note (ShellNote note);

/* --- the commands --- */

void shell_create (Shell *shell);
void shell_bind (Shell *shell);
void shell_listen (Shell *shell);
void shell_connect (Shell *shell);
void shell_accept (Shell *shell);
void shell_send (Shell *shell);
void shell_receive (Shell *shell);
void shell_shutdown (Shell *shell);
void shell_close (Shell *shell);
void shell_option (Shell *shell);
void shell_status (Shell *shell);
void shell_network_host (Shell *shell);
void shell_network_hosts (Shell *shell);
void shell_network_link (Shell *shell);
void shell_network_wait (Shell *shell);
void shell_network_step (Shell *shell);
void shell_network_limit (Shell *shell);
void shell_verbose (Shell *shell);
void shell_help (Shell *shell);
void shell_quit (Shell *shell);
