// SPDX-License-Identifier: MIT
/* The one symbol of tunlab-packetdrill.so. */
#include "tools/packetdrill/table.h"

#include <stdlib.h>

void packetdrill_interface_init (const char *flags, PacketdrillTable *table);

/* There is no way to say no but to end: a script that went on would crash at
 * its first call. */
void
packetdrill_interface_init (const char *flags, PacketdrillTable *table)
{
  g_autoptr (GError) error = NULL;

  if (table_fill (table, flags, &error))
    return;
  g_printerr ("tunlab-packetdrill: %s\n", error->message);
  exit (2);
}
