// SPDX-License-Identifier: MIT
#include "tools/packetdrill/flags.h"

#include "sim/random.h"
#include "sim/units.h"
#include "stack/address.h"

#include <string.h>

typedef enum
{
  FLAG_SWITCH, /* on, off */
  FLAG_ECN,
  FLAG_CONGESTION,
  FLAG_NUMBER, /* or off: 0 */
  FLAG_SEED,
  FLAG_SIZE,
  FLAG_TIME, /* or off: 0 */
  FLAG_IPV4,
  FLAG_IPV6,
  FLAG_PATH
} FlagKind;

typedef struct
{
  const char *key;
  FlagKind kind;
  size_t offset; /* in Flags */
  uint64_t high; /* largest value */
} Flag;

#define OF(field)      offsetof (Flags, field)
#define OF_STACK(name) offsetof (Flags, config.name)
#define SIZE_HIGH      (UINT64_C (1) << 30)
#define TIME_HIGH      ((uint64_t) SECOND * 86400 * 365)
/* RFC 9293 MUST-40 */
#define DELAYED_ACK_HIGH ((uint64_t) SECOND / 2 - 1)

static const Flag FLAGS[] = {
  { "local4", FLAG_IPV4, OF (ipv4), 0 },
  { "local6", FLAG_IPV6, OF (ipv6), 0 },
  { "mtu", FLAG_NUMBER, OF (mtu), UINT16_MAX },
  { "seed", FLAG_SEED, OF (seed), UINT64_MAX },
  { "horizon", FLAG_TIME, OF (horizon), TIME_HIGH },
  { "pcap", FLAG_PATH, OF (pcap), 0 },
  { "rcvbuf", FLAG_SIZE, OF_STACK (receive_buffer), SIZE_HIGH },
  { "sndbuf", FLAG_SIZE, OF_STACK (send_buffer), SIZE_HIGH },
  { "rto_min", FLAG_TIME, OF_STACK (rto_min), TIME_HIGH },
  { "rto_init", FLAG_TIME, OF_STACK (rto_initial), TIME_HIGH },
  { "rto_initial", FLAG_TIME, OF_STACK (rto_initial), TIME_HIGH },
  { "rto_max", FLAG_TIME, OF_STACK (rto_max), TIME_HIGH },
  { "msl", FLAG_TIME, OF_STACK (msl), TIME_HIGH },
  { "fin_wait_2", FLAG_TIME, OF_STACK (fin_wait_2), TIME_HIGH },
  { "syn_give_up", FLAG_TIME, OF_STACK (syn_give_up), TIME_HIGH },
  { "backlog_max", FLAG_NUMBER, OF_STACK (backlog_max), UINT16_MAX },
  { "challenge_acks", FLAG_NUMBER, OF_STACK (challenge_acks), UINT16_MAX },
  { "syncookies", FLAG_SWITCH, OF_STACK (syn_cookies), 1 },
  { "pmtu", FLAG_SWITCH, OF_STACK (path_mtu_discovery), 1 },
  { "privileged", FLAG_SWITCH, OF_STACK (privileged), 1 },
  { "wscale", FLAG_SWITCH, OF_STACK (tcp.window_scale), 1 },
  { "ts", FLAG_SWITCH, OF_STACK (tcp.timestamps), 1 },
  { "timestamps", FLAG_SWITCH, OF_STACK (tcp.timestamps), 1 },
  { "sack", FLAG_SWITCH, OF_STACK (tcp.sack), 1 },
  { "ecn", FLAG_ECN, OF_STACK (tcp.ecn), 0 },
  { "rack", FLAG_SWITCH, OF_STACK (tcp.rack), 1 },
  { "nagle", FLAG_SWITCH, OF_STACK (tcp.nagle), 1 },
  { "pacing", FLAG_SWITCH, OF_STACK (tcp.pacing), 1 },
  { "probing", FLAG_SWITCH, OF_STACK (tcp.path_probing), 1 },
  { "cc", FLAG_CONGESTION, OF_STACK (tcp.congestion), 0 },
  { "iw", FLAG_NUMBER, OF_STACK (tcp.initial_window), 1000 },
  { "mss", FLAG_NUMBER, OF_STACK (tcp.mss_max), UINT16_MAX },
  { "delack", FLAG_TIME, OF_STACK (tcp.delayed_ack), DELAYED_ACK_HIGH },
  { "r1", FLAG_NUMBER, OF_STACK (tcp.r1), 255 },
  { "r2", FLAG_NUMBER, OF_STACK (tcp.r2), 255 },
};

static bool
refuse (GError **error, const char *what, const char *item, const char *why)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "so_flags: %s '%s'%s", what, item, why);
  return false;
}

static bool
refuse_key (GError **error, const char *key)
{
  g_autoptr (GString) known = g_string_new (": known are");

  for (size_t i = 0; i < G_N_ELEMENTS (FLAGS); i++)
    g_string_append_printf (known, " %s", FLAGS[i].key);
  return refuse (error, "there is no", key, known->str);
}

/* The place of TEXT in WORDS, or -1. */
static int
place_of (const char *text, const char *const *words)
{
  for (int i = 0; words[i] != NULL; i++)
    if (strcmp (text, words[i]) == 0)
      return i;
  return -1;
}

static bool
read_number (const Flag *flag, const char *text, uint64_t *value)
{
  const char *wrong = NULL;
  Time time = 0;

  *value = 0;
  if (flag->kind == FLAG_SIZE)
    wrong = unit_parse_size (text, value);
  else if (strcmp (text, "off") == 0)
    return true;
  else if (flag->kind == FLAG_TIME)
    {
      wrong = unit_parse_time (text, &time);
      *value = (uint64_t) time;
    }
  else
    wrong = unit_parse_number (text, value);
  return wrong == NULL && *value <= flag->high;
}

static bool
read_word (const Flag *flag, const char *text, int *place)
{
  static const char *const SWITCH[] = { "off", "on", NULL };
  static const char *const ECN[] = { "off", "passive", "on", NULL };
  static const char *const CONGESTION[] = {
#define X(name, word) word,
    TCP_CONGESTIONS (X)
#undef X
        NULL
  };

  *place = place_of (text, flag->kind == FLAG_SWITCH ? SWITCH
                           : flag->kind == FLAG_ECN  ? ECN
                                                     : CONGESTION);
  return *place >= 0;
}

static bool
store (Flags *flags, const Flag *flag, const char *text)
{
  void *field = (uint8_t *) flags + flag->offset;
  uint64_t number = 0;
  int place = 0;

  if (flag->kind <= FLAG_CONGESTION ? !read_word (flag, text, &place)
      : flag->kind <= FLAG_TIME     ? !read_number (flag, text, &number)
                                    : false)
    return false;
  switch (flag->kind)
    {
    case FLAG_SWITCH:
      *(bool *) field = place != 0;
      break;
    case FLAG_ECN:
      *(TcpEcn *) field = (TcpEcn) place;
      break;
    case FLAG_CONGESTION:
      *(TcpCongestion *) field = (TcpCongestion) place;
      break;
    case FLAG_NUMBER:
      *(unsigned *) field = (unsigned) number;
      break;
    case FLAG_SEED:
      *(uint64_t *) field = number;
      break;
    case FLAG_SIZE:
      *(size_t *) field = (size_t) number;
      break;
    case FLAG_TIME:
      *(Time *) field = (Time) number;
      break;
    case FLAG_IPV4:
    case FLAG_IPV6:
      return address_parse (text, field)
             && address_is_ipv4 (field) == (flag->kind == FLAG_IPV4);
    case FLAG_PATH:
      g_free (flags->pcap);
      flags->pcap = g_strdup (text);
      return *text != '\0';
    }
  return true;
}

static bool
take (Flags *flags, char *item, GError **error)
{
  char *value = strchr (item, '=');

  if (value == NULL)
    return refuse (error, "no KEY=VALUE:", item, "");
  *value++ = '\0';
  for (size_t i = 0; i < G_N_ELEMENTS (FLAGS); i++)
    if (strcmp (item, FLAGS[i].key) == 0)
      return store (flags, &FLAGS[i], value)
             || refuse (error, item, value, ": it takes no such value");
  return refuse_key (error, item);
}

static bool
check_addresses (Flags *flags, GError **error)
{
  static const Address NONE;

  flags->has_ipv4 = !address_equal (&flags->ipv4, &NONE);
  flags->has_ipv6 = !address_equal (&flags->ipv6, &NONE);
  return flags->has_ipv4 || flags->has_ipv6
         || refuse (error, "needs", "local4=ADDRESS",
                    " or 'local6=ADDRESS', the same as --local_ip");
}

bool
flags_parse (Flags *flags, const char *text, GError **error)
{
  g_auto (GStrv) items = g_strsplit (text == NULL ? "" : text, ",", -1);
  RandomKey key;

  *flags = (Flags){ .mtu = 1500, .horizon = 1000 * SECOND, .seed = 1 };
  stack_config_init (&flags->config);
  for (char **item = items; *item != NULL; item++)
    if (!take (flags, *item, error))
      return false;
  key = random_key_root (flags->seed);
  for (unsigned i = 0; i < 2; i++)
    {
      uint64_t draw = random_draw (key, i, PURPOSE_SECRET, 0);

      memcpy (flags->config.secret + 8 * i, &draw, sizeof draw);
    }
  return check_addresses (flags, error);
}

void
flags_clear (Flags *flags)
{
  g_free (flags->pcap);
}
