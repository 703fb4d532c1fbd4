// SPDX-License-Identifier: MIT
#include "tests/script/script_call.h"

#include <errno.h>
#include <string.h>

static const struct
{
  const char *word;
  ScriptParse parse;
  bool fresh; /* it is not called on a socket */
} CALLS[] = {
#define X(word, fresh) { #word, script_parse_##word, fresh },
  SCRIPT_CALLS (X)
#undef X
};

static const char *
parse_call (Script *script, ScriptCall *call, char **words)
{
  if (words[0] != NULL && words[1] != NULL && strcmp (words[1], "=") == 0)
    {
      call->made = g_strdup (words[0]);
      words += 2;
    }
  for (size_t i = 0; words[0] != NULL && i < G_N_ELEMENTS (CALLS); i++)
    {
      if (strcmp (words[0], CALLS[i].word) != 0)
        continue;
      if (CALLS[i].fresh)
        return CALLS[i].parse (script, call, words + 1);
      call->fd = script_socket (script, words[1], false)->fd;
      call->name = g_strdup (words[1]);
      return CALLS[i].parse (script, call, words + 2);
    }
  script_fail (script, "no such call: %s", words[0]);
}

/* [gives TEXT...] [takes TIME], cut off from WORDS. */
typedef struct
{
  char *gives; /* or NULL */
  Time takes;  /* -1: not said */
} Wanted;

static Wanted
take_wanted (Script *script, char **words)
{
  Wanted wanted = { .takes = -1 };
  guint count = g_strv_length (words);

  if (count >= 2 && strcmp (words[count - 2], "takes") == 0)
    {
      wanted.takes = script_time (script, words[count - 1]);
      g_clear_pointer (&words[count - 1], g_free);
      g_clear_pointer (&words[count - 2], g_free);
    }
  for (char **word = words; *word != NULL; word++)
    if (strcmp (*word, "gives") == 0)
      {
        wanted.gives = g_strjoinv (" ", word + 1);
        for (; *word != NULL; word++)
          g_clear_pointer (word, g_free);
        break;
      }
  return wanted;
}

static void
perform (ScriptCall *call)
{
  errno = 0;
  call->result = call->perform (call);
  call->error = call->result < 0 ? errno : 0;
}

static void
free_call (ScriptCall *call)
{
  g_free (call->bytes);
  g_free (call->name);
  g_free (call->made);
  for (size_t i = 0; i < G_N_ELEMENTS (call->polled_names); i++)
    g_free (call->polled_names[i]);
  g_free (call);
}

static void
judge (Script *script, ScriptCall *call, const char *gives)
{
  g_autofree char *gave = NULL;

  if (call->result < 0)
    gave = g_strdup (strerrorname_np (call->error));
  else if (call->tell != NULL)
    gave = call->tell (script, call);
  else
    gave = g_strdup ("ok");
  script_say (script, "", gave);
  if (call->result >= 0 && call->made != NULL)
    script_socket (script, call->made, true)->fd = (int) call->result;
  if (gives == NULL ? call->result < 0 : strcmp (gave, gives) != 0)
    script_fail (script, "it gives %s instead of %s", gave,
                 gives == NULL ? "a result" : gives);
}

static ScriptCall *
new_call (Script *script, const char *who, char **words, char **usual)
{
  ScriptCall *call = g_new0 (ScriptCall, 1);
  g_autofree char *text = g_strjoinv (" ", words);

  script_say (script, who, text);
  call->table = &script->table;
  call->began = script->adapter->now;
  *usual = g_strdup (parse_call (script, call, words));
  return call;
}

void
script_app (Script *script, char **words)
{
  Wanted wanted = take_wanted (script, words);
  g_autofree char *usual = NULL;
  ScriptCall *call = new_call (script, "app", words, &usual);
  Time took;

  perform (call);
  took = script->adapter->now - call->began;
  judge (script, call, wanted.gives != NULL ? wanted.gives : usual);
  if (took != MAX (wanted.takes, 0))
    script_fail (script, "it took %ld ns", (long) took);
  g_free (wanted.gives);
  free_call (call);
}

static void
perform_second (void *data)
{
  ScriptCall *call = data;
  struct timeval tv;

  perform (call);
  call->table->gettimeofday (call->table->userdata, &tv, NULL);
  call->ended = tv.tv_sec * SECOND + tv.tv_usec * MICROSECOND;
}

void
script_second (Script *script, char **words)
{
  g_autofree char *usual = NULL;
  ScriptCall *call = new_call (script, "second", words, &usual);

  if (script->second != NULL)
    script_fail (script, "the second thread still waits");
  script->second = call;
  caller_start (&script->caller, perform_second, call);
  if (caller_is_done (&script->caller))
    script_fail (script, "it does not wait");
}

/* At this instant, or TIME after its beginning. */
void
script_done (Script *script, char **words)
{
  Wanted wanted = take_wanted (script, words);
  ScriptCall *call = script->second;
  Time end;

  if (call == NULL)
    script_fail (script, "there is no call of the second thread");
  caller_join (&script->caller);
  script->second = NULL;
  end = wanted.takes < 0 ? script->adapter->now : call->began + wanted.takes;
  judge (script, call, wanted.gives);
  if (call->ended / MICROSECOND != end / MICROSECOND)
    script_fail (script, "it ended after %ld us",
                 (long) ((call->ended - call->began) / MICROSECOND));
  g_free (wanted.gives);
  free_call (call);
}
