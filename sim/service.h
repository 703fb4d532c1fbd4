// SPDX-License-Identifier: MIT
/* Who takes packets out of a queue, one after the other, at a rate: the next
 * one is asked for when the last bit of the one before has left. */
#pragma once

#include "sim/delay_line.h"
#include "sim/queue.h"

typedef struct
{
  Queue *queue; /* owned */
  RateSpec rate;
  DelayLine arriving; /* packets that reach the queue later */
  SimTimer timer;     /* scheduled while one is being sent */
  bool is_busy;
} Service;

/* How long LENGTH bytes take, rounded up. */
Time service_time (const RateSpec *rate, uint32_t length);

/* ELEMENT's queue as SPEC says it. Who leaves goes on behind ELEMENT. */
Service *
service_new (Element *element, const ElementSpec *spec, const RateSpec *rate);
void service_free (Service *service);

/* Consumes PACKET, which reaches the queue at AT. */
void service_push (Service *service, Packet *packet, Time at);
