// SPDX-License-Identifier: MIT
#include "tools/packetdrill/sockaddr.h"

#include "stack/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>

int
sockaddr_read (Endpoint *endpoint,
               const struct sockaddr *address,
               socklen_t length)
{
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
  uint8_t octets[4];

  if (address == NULL || length < sizeof address->sa_family)
    return -EINVAL;
  if (address->sa_family == AF_INET6)
    {
      if (length < sizeof in6)
        return -EINVAL;
      memcpy (&in6, address, sizeof in6);
      memcpy (endpoint->address.bytes, &in6.sin6_addr, 16);
      endpoint->port = ntohs (in6.sin6_port);
      return 0;
    }
  if (address->sa_family != AF_INET)
    return -EAFNOSUPPORT;
  if (length < sizeof in)
    return -EINVAL;
  memcpy (&in, address, sizeof in);
  memcpy (octets, &in.sin_addr, sizeof octets);
  endpoint->address = address_from_ipv4 (octets);
  endpoint->port = ntohs (in.sin_port);
  return 0;
}

void
sockaddr_write (const Endpoint *endpoint,
                SocketFamily family,
                struct sockaddr *address,
                socklen_t *length)
{
  struct sockaddr_in in = { .sin_family = AF_INET,
                            .sin_port = htons (endpoint->port) };
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
                              .sin6_port = htons (endpoint->port) };
  bool ipv6 = family == SOCKET_IPV6;
  socklen_t size = ipv6 ? sizeof in6 : sizeof in;

  if (address == NULL || length == NULL)
    return;
  memcpy (&in.sin_addr, endpoint->address.bytes + 12, 4);
  memcpy (&in6.sin6_addr, endpoint->address.bytes, 16);
  memcpy (address, ipv6 ? (void *) &in6 : (void *) &in, MIN (*length, size));
  *length = size;
}
