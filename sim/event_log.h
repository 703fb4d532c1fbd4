// SPDX-License-Identifier: MIT
/* events.jsonl: the truth, one event a line, integers only. The fields are in
 * man tunlab-events(5); the first line names the version. */
#pragma once

#include "sim/event.h"
#include <stdio.h>

typedef struct EventLog EventLog;

typedef enum
{
  EVENT_LOG_FULL, /* every event */
  EVENT_LOG_FLOWS /* no event that belongs to a single packet */
} EventLogDetail;

EventLog *event_log_new (FILE *file, EventLogDetail detail);
EventSink event_log_sink (EventLog *log);

/* False and errno: something could not be written. */
bool event_log_free (EventLog *log);
