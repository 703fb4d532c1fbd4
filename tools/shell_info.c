// SPDX-License-Identifier: MIT
/* A connection in the words of ss -ti, but all windows in bytes. */
#include "tools/shell.h"

#define NUMBER "%" G_GUINT64_FORMAT

static void
put_time (GString *text, const char *name, Time time)
{
  char written[32];

  g_string_append_printf (text, " %s:%s", name,
                          event_time_text (time / MICROSECOND * MICROSECOND,
                                           written, sizeof written));
}

static void
put_count (GString *text, const char *name, uint64_t count)
{
  if (count > 0)
    g_string_append_printf (text, " %s:" NUMBER, name, count);
}

/* How long ago that was. */
static void
put_age (GString *text, const char *name, Time at, Time now)
{
  if (at != TIME_NEVER)
    put_time (text, name, now - at);
}

static void
put_agreed (GString *text, const SocketInfo *info)
{
  g_string_append (text, tcp_congestion_name (info->congestion));
  g_string_append_printf (text, "%s%s%s", info->timestamps ? " ts" : "",
                          info->sack ? " sack" : "", info->ecn ? " ecn" : "");
  if (info->window_scale)
    g_string_append_printf (text, " wscale:%u,%u", info->send_shift,
                            info->receive_shift);
}

static void
put_path (GString *text, const SocketInfo *info)
{
  char variation[32];

  put_time (text, "rto", info->rto);
  put_count (text, "backoff", info->backoff);
  if (info->srtt > 0)
    {
      put_time (text, "rtt", info->srtt);
      g_string_append_printf (
          text, "/%s",
          event_time_text (info->rttvar / MICROSECOND * MICROSECOND, variation,
                           sizeof variation));
    }
  if (info->min_rtt > 0)
    put_time (text, "minrtt", info->min_rtt);
  put_time (text, "ato", info->ato);
  put_count (text, "mss", info->mss);
  put_count (text, "pmtu", info->path_mtu);
  put_count (text, "advmss", info->advertised_mss);
  put_count (text, "cwnd", info->cwnd);
  if (info->ssthresh < UINT32_MAX)
    put_count (text, "ssthresh", info->ssthresh);
}

static void
put_counters (GString *text, const SocketInfo *info)
{
  put_count (text, "bytes_sent", info->bytes_sent);
  put_count (text, "bytes_retrans", info->bytes_again);
  put_count (text, "bytes_acked", info->bytes_acknowledged);
  put_count (text, "bytes_received", info->bytes_received);
  put_count (text, "segs_out", info->segments_out);
  put_count (text, "segs_in", info->segments_in);
  put_count (text, "data_segs_out", info->data_segments_out);
  put_count (text, "data_segs_in", info->data_segments_in);
}

/* "pacing_rate:12000000bps" */
static void
put_rate (GString *text, const char *name, uint64_t bytes_a_second)
{
  if (bytes_a_second > 0)
    g_string_append_printf (text, " %s:" NUMBER "bps", name,
                            8 * bytes_a_second);
}

static void
put_flight (GString *text, const SocketInfo *info)
{
  put_count (text, "in_flight", info->in_flight);
  put_count (text, "unacked", info->unacknowledged);
  put_count (text, "retrans", info->retransmissions);
  put_count (text, "lost", info->lost);
  put_count (text, "sacked", info->sacked);
  put_count (text, "dsack_dups", info->duplicates);
  put_count (text, "reord_seen", info->reorderings);
  put_count (text, "rcv_ooopack", info->segments_early);
  g_string_append_printf (text, " snd_wnd:%u rcv_wnd:%u rcv_space:%u",
                          info->send_window, info->receive_window,
                          info->receive_space);
}

static void
put_limits (GString *text, const SocketInfo *info)
{
  if (info->busy > 0)
    put_time (text, "busy", info->busy);
  if (info->window_limited > 0)
    put_time (text, "rwnd_limited", info->window_limited);
  if (info->buffer_limited > 0)
    put_time (text, "sndbuf_limited", info->buffer_limited);
}

char *
shell_info (const SocketInfo *info, Time now)
{
  GString *text = g_string_new (NULL);

  put_agreed (text, info);
  put_path (text, info);
  put_counters (text, info);
  if (info->srtt > 0)
    put_rate (text, "send",
              info->cwnd * (uint64_t) SECOND
                  / (uint64_t) MAX (info->srtt, MICROSECOND));
  put_age (text, "lastsnd", info->data_sent_at, now);
  put_age (text, "lastrcv", info->data_received_at, now);
  put_age (text, "lastack", info->ack_received_at, now);
  put_rate (text, "pacing_rate", info->pacing_rate);
  put_rate (text, "delivery_rate", info->delivery_rate);
  if (info->application_limited)
    g_string_append (text, " app_limited");
  put_limits (text, info);
  put_flight (text, info);
  return g_string_free (text, false);
}
