// SPDX-License-Identifier: MIT
/* A private network namespace in which the real kernel plays one host of a
 * scenario: TUN devices with the host's addresses, lo, a host name, names of
 * all hosts in /etc/hosts, and the kernel's own chatter turned off. It is made
 * as root or, in a user namespace that maps the user to himself, by anybody
 * whom the system lets.
 *
 *   tunlab --- keeper (in the namespace) --- command --- what it starts
 *
 * The keeper outlives the command by a moment: it ends all that the command
 * left running, so that the namespace goes away. It also does so when tunlab
 * itself dies. Nothing of this ever exists as a file or a named namespace. */
#pragma once

#include "sim/topology.h"

typedef struct Namespace Namespace;

#define NAMESPACE_ERROR (namespace_error_quark ())
GQuark namespace_error_quark (void);

typedef enum
{
  NAMESPACE_ERROR_REFUSED, /* by the system; the message names the cure */
  NAMESPACE_ERROR_DEVICES  /* none, or too many */
} NamespaceError;

typedef struct
{
  const char *name; /* at most TUN_NAME_MAX characters */
  unsigned mtu;
  GArray *addresses; /* ScenarioAddress, borrowed */
  GArray *routes;    /* TopologyRoute through it, borrowed, or NULL */
} NamespaceDevice;

typedef struct
{
  const char *host;
  const char *names; /* text of /etc/hosts */
  const NamespaceDevice *devices;
  unsigned device_count; /* at most NAMESPACE_DEVICES_MAX */
  char *const *command;  /* NULL terminated, or NULL: nobody runs there */
  const char *scratch;   /* folder that goes when tunlab is killed, or NULL */
} NamespaceConfig;

#define NAMESPACE_DEVICES_MAX 16

/* Everything is ready when it returns, but the command waits. */
Namespace *namespace_new (const NamespaceConfig *config, GError **error);

/* Ends whatever still runs there. */
void namespace_free (Namespace *namespace);

/* The other end of a device, owned by the namespace. */
int namespace_tun (const Namespace *namespace, unsigned device);

/* Lets the command begin. */
void namespace_start (Namespace *namespace);

/* Hands a signal to the command. */
void namespace_signal (Namespace *namespace, int signal_number);

/* Readable as soon as the command has ended and nothing is left of it. */
int namespace_pidfd (const Namespace *namespace);

/* Waits for that; the exit code, as a shell would give it. */
int namespace_wait (Namespace *namespace);
