// SPDX-License-Identifier: MIT
/* A scenario: hosts, links and socket programs of one small text file, parsed
 * and checked, as plain data. Nothing here runs anything.
 *
 * Parsing reports all errors at once, each with file, line, column, the line,
 * a caret and the nearest known word; a scenario with an error is never run. */
#pragma once

#include "sim/element_spec.h"
#include "stack/stack.h"

typedef struct
{
  Address address;
  unsigned prefix_length;
} ScenarioAddress;

/* Where a statement stands, for errors found later and for reports. */
typedef struct
{
  const char *file; /* interned */
  unsigned line, column;
} ScenarioPlace;

#define SCENARIO_MTU 1500

typedef struct
{
  ScenarioPlace place;
  char *name;
  bool kernel, router;
  bool privileged;    /* "sock" may bind ports below 1024 here; apps may */
  unsigned mtu;       /* of its interfaces; SCENARIO_MTU */
  GArray *addresses;  /* ScenarioAddress */
  StackConfig config; /* defaults changed by the host's options */
  uint64_t options;   /* bit n: HOST_OPTIONS[n] was written */
  bool has_secret;    /* config.secret is set; else it comes from the seed */
} ScenarioHost;

/* One direction; links come in pairs, whatever was written: A>B at an even
 * index, B>A right after it. Hosts by index. */
typedef struct
{
  ScenarioPlace place;
  unsigned from, to;
  GArray *addresses; /* ScenarioAddress: what the interface at the sending end
                        takes of its host's */
  ChainSpec *chain;
  GPtrArray *rules; /* RuleSpec *, in file order */
} ScenarioLink;

typedef enum
{
  APP_MESSAGES, /* initiates */
  APP_SEND,     /* initiates */
  APP_RECEIVE,
  APP_ECHO,
  APP_DISCARD,
  APP_CHARGEN,
  APP_HTTP,
  APP_GET,  /* initiates */
  APP_PING, /* initiates */
  APP_TRACE /* initiates */
} AppKind;

const char *app_kind_name (AppKind kind);

typedef struct
{
  ScenarioPlace place;
  Time at; /* start, 0 by default */
  unsigned host;
  AppKind kind;
  uint8_t protocol; /* PROTOCOL_TCP or PROTOCOL_UDP */
  Endpoint peer;    /* of those that initiate, resolved */
  char *peer_text;  /* as written */
  uint16_t port;    /* of those that wait */
  uint64_t count;   /* messages, pings; 0: without end */
  Time every;
  uint64_t size; /* bytes of a message, datagram or ping */
  bool size_is_given;
  uint64_t total;    /* send SIZE: all bytes; unused when there is a file */
  uint64_t rate_bps; /* UDP send; 0: as fast as the socket takes it */
  char *file;        /* path of the file (send) or directory (http) to read */
  char *name;        /* that as written; receive, get: output below files/ */
  char *url_path;    /* get: "/index.html" */
} ScenarioApp;

typedef enum
{
  AT_CHAIN,  /* .link gets .chain */
  AT_CHANGE, /* named elements of .chain change */
  AT_UP,
  AT_DOWN,
  AT_RULE,
  AT_EXPECT
} ScenarioAtKind;

typedef struct
{
  ScenarioPlace place;
  Time at;
  ScenarioAtKind kind;
  unsigned link; /* "at T link A B" gives two, one for each direction */
  ChainSpec *chain;
  RuleSpec *rule;
  unsigned expect; /* index into Scenario.expects */
} ScenarioAt;

/* EXPR: terms joined by and/or, read from left to right, "and" binds closer. */
typedef struct
{
  char *host;       /* or NULL: all */
  uint8_t protocol; /* PROTOCOL_TCP, PROTOCOL_UDP */
  char *word;       /* "delivered" */
  char comparison[3];
  int64_t value;  /* times in ns, shares in ppb */
  bool or_before; /* this term begins a new alternative */
} ScenarioTerm;

typedef struct
{
  ScenarioPlace place;
  char *text;    /* as written */
  GArray *terms; /* ScenarioTerm */
  bool timed;    /* judged at its "at", not at the end */
} ScenarioExpect;

typedef struct
{
  char *title;
  char *name; /* file name without directory and suffix: "hello" */
  uint64_t seed;
  Time run_for;
  GPtrArray *hosts;   /* ScenarioHost * */
  GPtrArray *links;   /* ScenarioLink *, directions */
  GPtrArray *apps;    /* ScenarioApp *, in order of the file */
  GPtrArray *ats;     /* ScenarioAt *, in order of the file */
  GPtrArray *expects; /* ScenarioExpect * */
  GPtrArray *inputs;  /* ScenarioInput *: files that apps read */
  GPtrArray *traces;  /* RateTrace *, of chains */
  GString *resolved;  /* text for scenario.lab: includes expanded, seed and
                         lets as they were; files below inputs/ */
} Scenario;

typedef struct
{
  char *path; /* where it is */
  char *name; /* below inputs/ of the output folder */
} ScenarioInput;

typedef struct
{
  ScenarioPlace place;
  char *message; /* "unknown word 'dely'" */
  char *hint;    /* "did you mean 'delay'?", or NULL */
  char *line;    /* the line as it stands, without newline */
} ScenarioError;

typedef struct
{
  const uint64_t *seed;    /* --seed, or NULL */
  const char *const *sets; /* "NAME=VALUE", NULL terminated, or NULL */
} ScenarioSettings;

/* NULL and at least one ScenarioError * in ERRORS, or the scenario. SETTINGS
 * may be NULL. A file that cannot be read is an error without line (0). */
Scenario *scenario_load (const char *path,
                         const ScenarioSettings *settings,
                         GPtrArray *errors);

/* The same from text; FILE names it in errors, includes and files are looked
 * up relative to DIRECTORY. */
Scenario *scenario_parse (const char *text,
                          const char *file,
                          const char *directory,
                          const ScenarioSettings *settings,
                          GPtrArray *errors);

/* The built-in one: the same twenty messages over both socket types. */
extern const char SCENARIO_HELLO[];

void scenario_free (Scenario *scenario);
void scenario_error_free (ScenarioError *error);

/* "file:3:14: error: message", the line, the caret, the hint. Caller frees. */
char *scenario_error_format (const ScenarioError *error);
