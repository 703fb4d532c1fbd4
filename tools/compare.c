// SPDX-License-Identifier: MIT
#include "tools/compare.h"
#include "sim/pattern.h"
#include "stack/address.h"
#include <stdio.h>
#include <string.h>

#define PIECE_MAX 65536

static bool
has_address (const ScenarioHost *host, const Address *address)
{
  for (unsigned i = 0; i < host->addresses->len; i++)
    if (address_equal (
            &g_array_index (host->addresses, ScenarioAddress, i).address,
            address))
      return true;
  return false;
}

/* Do they belong together? */
static bool
reaches (const Scenario *scenario,
         const ScenarioApp *sender,
         const ScenarioApp *receiver)
{
  return sender->peer.port == receiver->port
         && sender->protocol == receiver->protocol
         && has_address (g_ptr_array_index (scenario->hosts, receiver->host),
                         &sender->peer.address);
}

static const ScenarioApp *
receiver_of (const Scenario *scenario, const ScenarioApp *sender)
{
  for (unsigned i = 0; i < scenario->apps->len; i++)
    {
      const ScenarioApp *app = g_ptr_array_index (scenario->apps, i);
      if (app->kind == APP_RECEIVE && reaches (scenario, sender, app))
        return app;
    }
  return NULL;
}

static unsigned
count_senders (const Scenario *scenario, const ScenarioApp *receiver)
{
  unsigned senders = 0;
  for (unsigned i = 0; i < scenario->apps->len; i++)
    {
      const ScenarioApp *app = g_ptr_array_index (scenario->apps, i);
      bool initiates = app->kind == APP_MESSAGES || app->kind == APP_SEND
                       || app->kind == APP_GET;
      senders += initiates && reaches (scenario, app, receiver);
    }
  return senders;
}

/* The next bytes of what was sent: of a file, or of the pattern. */
static size_t
read_sent (const ScenarioApp *app,
           FILE *file,
           uint64_t offset,
           uint8_t *bytes,
           size_t size)
{
  if (file)
    return fread (bytes, 1, size, file);
  size_t length = (size_t) MIN (size, app->total - offset);
  pattern_fill (offset, bytes, length);
  return length;
}

static bool
is_same (const ScenarioApp *app, FILE *sent, FILE *received)
{
  g_autofree uint8_t *one = g_malloc (PIECE_MAX);
  g_autofree uint8_t *other = g_malloc (PIECE_MAX);
  uint64_t offset = 0;
  for (;;)
    {
      size_t length = read_sent (app, sent, offset, one, PIECE_MAX);
      size_t got = fread (other, 1, PIECE_MAX, received);
      if (got != length || memcmp (one, other, length) != 0)
        return false;
      if (length == 0)
        return true;
      offset += length;
    }
}

const char *
compare_sent (const Scenario *scenario,
              const ScenarioApp *app,
              const char *files)
{
  if (app->kind != APP_SEND)
    return NULL;
  const ScenarioApp *receiver = receiver_of (scenario, app);
  if (!receiver || !receiver->name || count_senders (scenario, receiver) != 1)
    return NULL;
  g_autofree char *name = g_build_filename (files, receiver->name, NULL);
  FILE *received = fopen (name, "rb");
  FILE *sent = app->file ? fopen (app->file, "rb") : NULL;
  const char *verdict = NULL;
  if (!received)
    verdict = "none";
  else if (sent || !app->file)
    verdict = is_same (app, sent, received) ? "identical" : "different";
  if (received)
    fclose (received);
  if (sent)
    fclose (sent);
  return verdict;
}
