// SPDX-License-Identifier: MIT
#include "sim/service.h"

static uint64_t
length_on_wire (const RateSpec *rate, uint32_t length)
{
  int64_t longer = MAX ((int64_t) length + rate->overhead, 0);
  if (rate->cell == 0)
    return (uint64_t) longer;
  int64_t cells = (longer + rate->cell - 1) / rate->cell;
  return (uint64_t) (cells * ((int64_t) rate->cell + rate->cell_overhead));
}

/* Exact: below PACKET_LENGTH_END, which cells at most double, the product fits
 * in Time. */
Time
service_time (const RateSpec *rate, uint32_t length)
{
  uint64_t work = length_on_wire (rate, length) * 8 * (uint64_t) SECOND;
  return (Time) (work / rate->rate_bps + (work % rate->rate_bps != 0));
}

static Sim *
sim_of (const Service *service)
{
  return &link_network (service->queue->element->link)->sim;
}

static void
serve (void *owner, Time now)
{
  Service *service = owner;
  Packet *packet = queue_dequeue (service->queue, now);
  service->is_busy = packet != NULL;
  if (packet == NULL)
    return;
  Time sent = sim_after (now, service_time (&service->rate, packet->length));
  sim_schedule (sim_of (service), &service->timer, sent);
  element_pass (service->queue->element, packet, sent);
}

static void
reach_queue (void *owner, Packet *packet, Time now)
{
  Service *service = owner;
  queue_enqueue (service->queue, packet, now);
  if (!service->is_busy)
    serve (service, now);
}

Service *
service_new (Element *element, const ElementSpec *spec, const RateSpec *rate)
{
  Service *service = g_new0 (Service, 1);
  service->queue = queue_new (element, spec);
  service->rate = *rate;
  delay_line_init (&service->arriving, sim_of (service), reach_queue, service);
  sim_timer_init (&service->timer, serve, service);
  return service;
}

void
service_free (Service *service)
{
  sim_cancel (sim_of (service), &service->timer);
  delay_line_clear (&service->arriving);
  queue_free (service->queue);
  g_free (service);
}

void
service_push (Service *service, Packet *packet, Time at)
{
  Time now = sim_of (service)->now;
  if (at <= now && delay_line_is_empty (&service->arriving))
    reach_queue (service, packet, now);
  else
    delay_line_add (&service->arriving, packet, at);
}
