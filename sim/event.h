// SPDX-License-Identifier: MIT
/* What happened: the one record from which everything else is made. The event
 * log, the comments in captures, the table, the report read events as they are
 * produced; none of them looks into the stack or the links.
 *
 * The fields of one event are the same in the log and in a comment:
 *   {"t":..,"event":"dropped","link":"alice>bob","packet":9,"flow":"..",
 *    "cause":"loss","share_ppb":200000000,"draw_ppb":113000000}
 *   dropped link=alice>bob by=loss share=20% draw=11.3% */
#pragma once

#include "sim/packet.h"

#define EVENT_TYPES(X)                                                         \
  X (SENT, "sent")                                                             \
  X (DELIVERED, "delivered")                                                   \
  X (DROPPED, "dropped")                                                       \
  X (DELAYED, "delayed")                                                       \
  X (REORDERED, "reordered")                                                   \
  X (DUPLICATED, "duplicated")                                                 \
  X (CORRUPTED, "corrupted")                                                   \
  X (MARKED, "marked")                                                         \
  X (QUEUED, "queued")                                                         \
  X (RETRANSMITTED, "retransmitted")                                           \
  X (STATE, "state")                                                           \
  X (METRICS, "metrics")                                                       \
  X (SOCKET, "socket")                                                         \
  X (MESSAGE, "message")                                                       \
  X (COUNTER, "counter")

typedef enum
{
#define X(name, word) EVENT_##name,
  EVENT_TYPES (X)
#undef X
      EVENT_TYPE_COUNT
} EventType;

const char *event_type_name (EventType type);

typedef enum
{
  FIELD_NUMBER, /* "bit": 1234            bit=1234 */
  FIELD_TEXT,   /* "to": "ESTABLISHED"    to=ESTABLISHED */
  FIELD_SHARE,  /* "share_ppb": 200000000 share=20% */
  FIELD_TIME,   /* "delay_ns": 41250000   delay=41.25ms */
  FIELD_FLAG    /* "last": true           last */
} FieldKind;

typedef struct
{
  const char *key; /* without the unit */
  FieldKind kind;
  int64_t number;
  const char *text; /* borrowed for the duration of the event */
} EventField;

#define EVENT_FIELDS_MAX 9

typedef struct
{
  EventType type;
  Time at;
  const char *host;     /* where, or NULL */
  const char *link;     /* "alice>bob", or NULL */
  const Packet *packet; /* or NULL */
  const Flow *flow;     /* or NULL */
  const char *cause;    /* one word, or NULL */
  unsigned field_count;
  EventField fields[EVENT_FIELDS_MAX];
} Event;

void event_add_number (Event *event, const char *key, int64_t number);
void event_add_text (Event *event, const char *key, const char *text);
void event_add_share (Event *event, const char *key, int64_t share_ppb);
void event_add_time (Event *event, const char *key, Time time);

/* NULL when there is no such field. */
const EventField *event_field (const Event *event, const char *key);

/* Whoever wants to know. Sinks are called in the order of adding. */
typedef struct
{
  void (*event) (void *self, const Event *event);
  void *self;
  bool wants_calls;   /* socket calls that succeeded, too: a bulk transfer makes
                         one for each packet */
  bool wants_metrics; /* EVENT_METRICS: about one for each ACK */
} EventSink;

/* Decimal text of a share or a time without floating point: "20%", "11.3%",
 * "41.25ms". SIZE >= 32. Returns TEXT. */
char *event_share_text (int64_t share_ppb, char *text, size_t size);
char *event_time_text (Time time, char *text, size_t size);
