// SPDX-License-Identifier: MIT
/* What the files of the scenario parser share. One question each:
 *
 *   scenario_lex      which tokens has a line, and where do they stand?
 *   scenario_take     is the next token what is expected here?
 *   scenario_read     which lines are there, includes expanded?
 *   scenario_let      what does $NAME stand for?
 *   scenario_draw     which value does "draw" choose?
 *   scenario_host     who is there, at which addresses?
 *   scenario_option   how do their stacks work?
 *   scenario_link     which links are there, in which state?
 *   scenario_chain    what does a chain say?
 *   scenario_element  what follows the word of an element?
 *   scenario_delay    how long does a "delay" take, in which order?
 *   scenario_rate     how fast is a "rate", how long its packets?
 *   scenario_slot     when is a "slot" open?
 *   scenario_trace    when can a "trace" send?
 *   scenario_loss     which model of losses is meant?
 *   scenario_rule     what does a rule say?
 *   scenario_peer     which address does bob:7777 mean?
 *   scenario_app      what does a program do?
 *   scenario_expect   what is to hold at the end?
 *   scenario_at       what changes at a given time?
 *   scenario_input    where is a file, and how is its copy called?
 *   scenario_resolved which text gives this run again?
 *   scenario_error    what is wrong, where, and what was perhaps meant?
 *
 * Parsing goes through the lines several times, since names may be used before
 * their line: includes and lets when read, then hosts, then links, then the
 * rest. A statement ends at its first error; names of a broken statement are
 * remembered, so that one mistake gives one error. */
#pragma once

#include "sim/random.h"
#include "sim/scenario.h"
#include "sim/topology.h"
#include "stack/address_text.h"

/* Limits; each is an error, never a crash. */
#define SCENARIO_LINE_MAX      4096 /* bytes of a line */
#define SCENARIO_LINES_MAX     1000000
#define SCENARIO_DEPTH_MAX     8 /* includes inside includes */
#define SCENARIO_ERRORS_MAX    100
#define SCENARIO_NAME_MAX      63   /* as a DNS label */
#define SCENARIO_CHAIN_MAX     64   /* elements */
#define SCENARIO_LIMIT_DEFAULT 1000 /* packets in a queue, as netem's */
#define SCENARIO_HOST_MAX      64   /* addresses of one host */

typedef struct
{
  char *text;        /* what stands there, $NAME replaced */
  size_t start, end; /* bytes of the line, quotes included */
  unsigned column;   /* from 1, in characters */
  bool quoted;       /* so it is no keyword */
  bool replaced;     /* held a $NAME */
} Token;

typedef struct
{
  ScenarioPlace place;
  unsigned sequence;     /* place in the whole text, includes expanded */
  const char *directory; /* where its file is, interned */
  char *text;
  GArray *tokens; /* Token */
  unsigned next;  /* token that is taken next */
  bool done;      /* nothing more to do here: settled, or an error */

  /* How it changes in Scenario.resolved: [start, end) becomes TEXT. */
  size_t edit_start, edit_end;
  char *edit; /* NULL: as it stands */
} Line;

typedef struct
{
  char *name;
  char *value; /* NULL: drawn once the seed is known, or broken */
  bool broken;
} Let;

/* What a direction's chain came from: "link A B", "link A>B". */
typedef struct
{
  const Line *both, *alone;
} LinkLines;

typedef struct
{
  Scenario *scenario;
  const ScenarioSettings *settings;
  GPtrArray *lines; /* Line *, in order of the text */
  GPtrArray *open;  /* canonical paths of files being read */
  Line *line;       /* at which we are; NULL: at none */

  GPtrArray *lets;    /* Let *, in order of the text */
  GHashTable *let_by; /* name > Let * */
  bool has_seed, has_title, has_run, is_too_long;

  GHashTable *host_by;    /* name > index + 1 of Scenario.hosts */
  GHashTable *address_by; /* address > ScenarioHost * */
  GHashTable *link_by;    /* "alice>bob" > index + 1 of Scenario.links */
  GHashTable *taken_by;   /* address > index + 1 of the link it sends on */
  GHashTable *port_by;    /* "bob 6 7777" > Line * */
  GArray *link_lines;     /* LinkLines, as Scenario.links */
  Topology *topology;     /* once all links are known */
  GPtrArray *at_lines;    /* Line *, as Scenario.ats */

  /* So that one mistake gives one error: */
  GHashTable *broken; /* ScenarioHost * with an error in their line */
  bool lost_hosts;    /* a line is lost that may have named hosts */
  bool lost_links;    /* the same for links */
  bool lost_lets;     /* a line is lost that may have been a let */

  GArray *found; /* errors with their place, not yet sorted */
} Parser;

/* --- errors: all return false, so that "return scenario_error (...)" ends a
 * statement. TOKEN NULL: behind the last one --- */

bool
scenario_error (Parser *parser, const Token *token, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* The caret OFFSET bytes inside TOKEN; consumes HINT, which may be NULL. */
bool scenario_error_inside (Parser *parser,
                            const Token *token,
                            size_t offset,
                            char *hint,
                            const char *format,
                            ...) G_GNUC_PRINTF (5, 6);

/* At COLUMN of parser->line; if that is NULL: of FILE as a whole. */
bool scenario_error_plain (Parser *parser,
                           const char *file,
                           unsigned column,
                           char *hint,
                           const char *format,
                           ...) G_GNUC_PRINTF (5, 6);

/* "unknown KIND 'text'", and the nearest of WORDS, NULL terminated. */
bool scenario_error_word (Parser *parser,
                          const Token *token,
                          const char *kind,
                          const char *const *words);

/* "did you mean 'delay'?", or NULL when none of WORDS is near. */
char *scenario_error_hint (const char *word, const char *const *words);

/* Nobody reads more errors than SCENARIO_ERRORS_MAX. */
bool scenario_error_is_full (const Parser *parser);

GArray *scenario_error_list_new (void);

/* Sorts what was found by place and moves it to ERRORS. */
void scenario_error_report (Parser *parser, GPtrArray *errors);

/* --- lines and tokens --- */

Line *scenario_lex_line_new (const char *bytes, size_t length);
void scenario_lex_line_free (Line *line);

/* Cuts parser->line into tokens. */
bool scenario_lex (Parser *parser);

/* The byte of BYTES that no scenario may hold (control characters, invalid
 * UTF-8), or LENGTH. */
size_t scenario_lex_check (const char *bytes, size_t length);

/* The next token of parser->line, or NULL; the one that was taken last. */
const Token *scenario_peek (const Parser *parser);
const Token *scenario_last (const Parser *parser);

/* NULL: there is none, and an error says that WHAT is missing. */
const Token *scenario_take (Parser *parser, const char *what);

/* Takes the next token if it is WORD, unquoted. */
bool scenario_try (Parser *parser, const char *word);

/* The same for one of WORDS; its index, or -1. */
int scenario_try_words (Parser *parser, const char *const *words);

/* An error if there is a next token. */
bool scenario_end (Parser *parser);

/* Is TOKEN a word that is known, but not built yet? Then an error says so. */
bool scenario_is_later (Parser *parser,
                        const Token *token,
                        const char *const *words);

/* Numbers with units; WHAT begins the error's sentence. */
bool scenario_take_time (Parser *parser, const char *what, Time *value);
bool scenario_take_share (Parser *parser, const char *what, uint32_t *ppb);
bool scenario_take_rate (Parser *parser, const char *what, uint64_t *bps);
bool scenario_take_size (Parser *parser,
                         const char *what,
                         uint64_t low,
                         uint64_t high,
                         uint64_t *bytes);
bool scenario_take_number (Parser *parser,
                           const char *what,
                           uint64_t low,
                           uint64_t high,
                           uint64_t *value);
bool scenario_take_protocol (Parser *parser, uint8_t *protocol);
bool scenario_take_port (Parser *parser, uint16_t *port);

/* TEXT, the part of TOKEN at OFFSET, as an address without zone or length. */
bool scenario_read_address (Parser *parser,
                            const Token *token,
                            const char *text,
                            size_t offset,
                            AddressText *read);

/* TEXT, the part of TOKEN at OFFSET, as a port. */
bool scenario_read_port (Parser *parser,
                         const Token *token,
                         const char *text,
                         size_t offset,
                         uint16_t *port);

/* --- reading: lines, include, let, seed --- */

void scenario_read (Parser *parser,
                    const char *text,
                    size_t length,
                    const char *file,
                    const char *directory);

/* parser->line cannot be understood: what might it have named? */
void scenario_read_lose (Parser *parser);

/* The contents of PATH, or an error at TOKEN (NULL: of the file). */
char *scenario_read_file (Parser *parser,
                          const Token *token,
                          const char *path,
                          const char *shown,
                          size_t *length);

/* let NAME ...; what is drawn waits until the seed is known. */
bool scenario_let (Parser *parser);
void scenario_let_finish (Parser *parser);
void scenario_let_free (Let *let);

/* Replaces each $NAME in the tokens of parser->line that follow. */
bool scenario_let_replace (Parser *parser);

/* LO HI [step S]: the drawn value as text, or NULL. */
char *scenario_draw (Parser *parser, const char *name);

/* --- statements: each parses parser->line from its second word on --- */

bool scenario_host (Parser *parser);
bool scenario_link (Parser *parser);
bool scenario_rule (Parser *parser);
bool scenario_app (Parser *parser, const Time *at);
bool scenario_expect (Parser *parser, const Time *at);
bool scenario_at (Parser *parser);

/* What can only be judged when all is known. */
void scenario_at_finish (Parser *parser);

/* What follows the addresses of HOST, to the end of the line. */
bool scenario_option_take_all (Parser *parser, ScenarioHost *host);

/* The host called NAME at OFFSET of TOKEN. False: an error, unless the name
 * may have been in a lost line. */
bool scenario_host_find (Parser *parser,
                         const Token *token,
                         size_t offset,
                         const char *name,
                         unsigned *index);
bool scenario_host_take (Parser *parser, unsigned *index);
bool scenario_host_is_broken (const Parser *parser, unsigned index);

/* The index of a direction, or -1. */
int scenario_link_find (const Parser *parser, unsigned from, unsigned to);

/* A B or A>B of a link that exists. */
bool scenario_link_take (Parser *parser, unsigned *index, bool *both);
bool scenario_link_take_direction (Parser *parser, unsigned *index);

/* The chain at the end of the line; NULL: an error. IS_CHANGE: elements only
 * name what changes. */
ChainSpec *scenario_chain (Parser *parser, bool is_change);

/* Does the next token begin one? */
bool scenario_chain_begins (const Parser *parser);
const char *scenario_chain_word (ElementKind kind);

/* What follows the word of an element of spec->kind. */
bool scenario_element_values (Parser *parser, ElementSpec *spec);

/* What follows the words "delay", "slot", "trace" and "rate", and the word of a
 * queue.
 */
bool scenario_delay_values (Parser *parser, ElementSpec *spec);
bool scenario_slot_values (Parser *parser, ElementSpec *spec);
bool scenario_trace_values (Parser *parser, ElementSpec *spec);
bool scenario_rate_values (Parser *parser, ElementSpec *spec);
bool scenario_queue_values (Parser *parser, ElementSpec *spec);

/* What follows "limit", N | SIZE: the one is set, the other 0. */
bool scenario_rate_limit (Parser *parser, uint64_t *packets, uint64_t *bytes);

/* P [CORR]; WHAT begins an error's sentence. */
bool scenario_element_chance (Parser *parser, const char *what, Chance *chance);

/* Does the next token end in a percent sign? */
bool scenario_element_share_follows (const Parser *parser);

/* What follows the word "loss". */
bool scenario_loss (Parser *parser, LossSpec *spec);

RuleSpec *scenario_rule_take (Parser *parser, unsigned *link);

ScenarioAt *
scenario_at_add (Parser *parser, Time time, ScenarioAtKind kind, unsigned link);

/* For port_default: a port must be there, none may be. */
#define SCENARIO_PEER_PORT     (UINT16_MAX + 1)
#define SCENARIO_PEER_PORTLESS 0

/* PEER[:PORT], written as TEXT at OFFSET of TOKEN, as HOST means it. */
bool scenario_peer_read (Parser *parser,
                         const Token *token,
                         const char *text,
                         size_t offset,
                         unsigned host,
                         unsigned port_default,
                         Endpoint *peer);

/* The path of a file that is read, remembered among the inputs; NULL: an
 * error. TEST: what it must be. */
char *scenario_input (Parser *parser, const Token *token, GFileTest test);

/* The name of a file to write at the end of a line, or NULL: none, or an
 * error. */
char *scenario_input_output (Parser *parser);

/* --- the resolved text --- */

/* The tokens FIRST to LAST of LINE become TEXT, which is consumed. */
void scenario_resolved_edit (Line *line,
                             const Token *first,
                             const Token *last,
                             char *text);
void scenario_resolved_drop (Line *line);

/* "hello" of "scenarios/hello.lab"; a resolved TEXT names itself. */
char *
scenario_resolved_name (const char *text, size_t length, const char *file);
void scenario_resolved (Parser *parser);

void scenario_rule_free (RuleSpec *rule);
void scenario_app_free (ScenarioApp *app);
void scenario_expect_free (ScenarioExpect *expect);
void scenario_at_free (ScenarioAt *at);
