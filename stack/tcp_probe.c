// SPDX-License-Identifier: MIT
#include "stack/tcp_probe.h"

#include <glib.h>

#define TIMEOUTS_MEAN_HOLE 2              /* RFC 4821 7.7: of one segment */
#define PROBES_MAX         3              /* RFC 8899 5.1.2: MAX_PROBES */
#define GRAIN              8              /* a smaller gain is not worth it */
#define RAISE_AFTER        (600 * SECOND) /* PMTU_RAISE_TIMER, RFC 8899 5.1.1 */

/* The packets that are tried one after the other: BASE_PLPMTU of RFC 8899
 * 5.1.2, RFC 4821 7.2's, and what any host takes (RFC 1122 3.3.3; RFC 8200
 * 5). */
static const int64_t SIZES_IPV4[] = { 1200, 1024, 576 };
static const int64_t SIZES_IPV6[] = { 1280 };

/* The largest below SIZE that is to be tried after so many TIMEOUTS, or 0. */
static int64_t
next_below (int64_t size, unsigned timeouts, int64_t headers, bool ipv4)
{
  const int64_t *sizes = ipv4 ? SIZES_IPV4 : SIZES_IPV6;
  unsigned count = ipv4 ? G_N_ELEMENTS (SIZES_IPV4) : G_N_ELEMENTS (SIZES_IPV6);

  for (unsigned i = 0; i < count && timeouts >= TIMEOUTS_MEAN_HOLE + i; i++)
    if (sizes[i] - headers < size)
      return sizes[i] - headers;
  return 0;
}

static void
begin_search (TcpProbe *probe)
{
  probe->high = INT64_MAX;
  probe->size = 0;
  probe->failures = 0;
  probe->again = 0;
}

static void
fail (TcpProbe *probe)
{
  probe->end = 0;
  if (++probe->failures < PROBES_MAX)
    return;
  probe->high = probe->size - 1;
  probe->size = 0;
}

bool
tcp_probe_on_timeout (TcpProbe *probe,
                      int64_t size,
                      unsigned timeouts,
                      int64_t headers,
                      bool ipv4)
{
  int64_t smaller = next_below (size, timeouts, headers, ipv4);

  if (probe->end > 0)
    fail (probe);
  if (smaller == 0 || (probe->low > 0 && smaller >= probe->low))
    return false;
  probe->low = smaller;
  begin_search (probe);
  return true;
}

/* All that is said to pass; when that does not, half of what is left. */
static void
choose_size (TcpProbe *probe, int64_t most)
{
  bool first = probe->high > most;

  if (first)
    probe->high = most;
  else if (probe->size > 0)
    return;
  probe->failures = 0;
  probe->size = first ? most : probe->low + (probe->high - probe->low + 1) / 2;
}

int64_t
tcp_probe_next (TcpProbe *probe, int64_t most, Time now)
{
  if (probe->low == 0 || probe->end > 0)
    return 0;
  if (probe->low >= most)
    {
      *probe = (TcpProbe){ .low = 0 };
      return 0;
    }
  if (probe->again > now)
    return 0;
  if (probe->again > 0)
    begin_search (probe);
  choose_size (probe, most);
  /* All of what is said is worth a probe, however little it adds. */
  if (probe->size < most && probe->high - probe->low <= GRAIN)
    {
      probe->again = now + RAISE_AFTER;
      return 0;
    }
  return probe->size;
}

void
tcp_probe_on_send (TcpProbe *probe, int64_t start, int64_t end)
{
  probe->start = start;
  probe->end = end;
}

static void
arrived (TcpProbe *probe)
{
  probe->low = probe->size;
  probe->size = 0;
  probe->end = 0;
}

bool
tcp_probe_settle (TcpProbe *probe, TcpSent *sent, bool calm)
{
  TcpSegment *segment =
      tcp_sent_nth (sent, tcp_sent_count_below (sent, probe->start));
  bool alone;

  if (sent->una >= probe->end || segment->fate == TCP_SEGMENT_SACKED)
    {
      arrived (probe);
      return false;
    }
  if (segment->fate == TCP_SEGMENT_IN_FLIGHT)
    return false;
  alone = calm && sent->lost == segment->end - segment->start;
  if (!alone)
    {
      tcp_probe_cancel (probe);
      return false;
    }
  fail (probe);
  segment->cause = REPAIR_PATH_PROBE;
  tcp_rate_lose (&sent->rate, -sent->lost);
  return true;
}
