// SPDX-License-Identifier: MIT
/* Which packets of a log are worth a look: the first handshake, the first
 * repair with what it repairs and what caused it - of a packet that was lost,
 * or else of one that was late -, the first datagram lost, the first packet
 * overtaken, doubled, corrupted, the close. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  GHashTable *packets; /* set of ids */
  guint64 overtaken;   /* one whose successor is wanted too; 0: none */
} LadderMarks;

bool ladder_marks_find (LadderMarks *marks, const char *log, GError **error);
void ladder_marks_clear (LadderMarks *marks);
bool ladder_marks_has (const LadderMarks *marks, guint64 packet);
