// SPDX-License-Identifier: MIT
#include "stack/tcp_challenge.h"

bool
tcp_challenge_take (TcpChallenge *challenge, unsigned limit, Time now)
{
  if (challenge->count == 0 || now - challenge->since >= SECOND)
    *challenge = (TcpChallenge){ .since = now };
  if (challenge->count >= limit)
    return false;
  challenge->count++;
  return true;
}
