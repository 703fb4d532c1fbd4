// SPDX-License-Identifier: MIT
/* What the system refused while a namespace was being made, as a sentence
 * that names the cure. */
#pragma once

#include <stdbool.h>

typedef enum
{
  REFUSED_USER_NAMESPACE,
  REFUSED_USER_MAP,
  REFUSED_NAMESPACE,
  REFUSED_DEVICE_FILE, /* opening /dev/net/tun */
  REFUSED_DEVICE,      /* making the device of it */
  REFUSED_LINK,
  REFUSED_IPV4,
  REFUSED_IPV6,
  REFUSED_NAMES,  /* mounting over /etc/hosts */
  REFUSED_PROCESS /* fork, sockets */
} RefusedStep;

/* ERROR is the errno value. Caller frees. */
char *refusal_explain (RefusedStep step, int error);
