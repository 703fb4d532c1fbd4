// SPDX-License-Identifier: MIT
#include "tun/netlink.h"

#include "stack/address.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One request and its attributes; all of ours fit by far. */
typedef struct
{
  struct nlmsghdr header;
  union
  {
    struct ifinfomsg link;
    struct ifaddrmsg address;
    struct rtmsg route;
    uint8_t room[256];
  } body;
} Request;

static void
request_init (Request *request, uint16_t type, uint16_t flags, size_t body)
{
  memset (request, 0, sizeof *request);
  request->header.nlmsg_len = (uint32_t) NLMSG_LENGTH (body);
  request->header.nlmsg_type = type;
  request->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
}

static void
request_add (Request *request, uint16_t type, const void *value, size_t length)
{
  size_t at = NLMSG_ALIGN (request->header.nlmsg_len);
  struct rtattr *attribute = (struct rtattr *) ((uint8_t *) request + at);

  attribute->rta_type = type;
  attribute->rta_len = (unsigned short) RTA_LENGTH (length);
  memcpy (RTA_DATA (attribute), value, length);
  request->header.nlmsg_len = (uint32_t) (at + RTA_SPACE (length));
}

/* Sends REQUEST and waits for the kernel's answer, an error number. */
static bool
request_send (const Request *request)
{
  struct
  {
    struct nlmsghdr header;
    struct nlmsgerr error;
    uint8_t rest[sizeof (Request)];
  } answer = { .error.error = -EPROTO };
  int netlink = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  int saved;

  if (netlink < 0)
    return false;
  if (send (netlink, request, request->header.nlmsg_len, 0) < 0
      || recv (netlink, &answer, sizeof answer, 0) < 0)
    saved = errno;
  else
    saved = -answer.error.error;
  close (netlink);
  errno = saved;
  return saved == 0;
}

bool
netlink_link_up (const char *name, unsigned mtu, unsigned queue)
{
  Request request;

  request_init (&request, RTM_NEWLINK, 0, sizeof request.body.link);
  request.body.link.ifi_index = (int) if_nametoindex (name);
  request.body.link.ifi_flags = IFF_UP;
  request.body.link.ifi_change = IFF_UP;
  if (mtu > 0)
    request_add (&request, IFLA_MTU, &mtu, sizeof mtu);
  if (queue > 0)
    request_add (&request, IFLA_TXQLEN, &queue, sizeof queue);
  return request_send (&request);
}

bool
netlink_address_add (const char *name,
                     const Address *address,
                     unsigned prefix_length)
{
  bool ipv4 = address_is_ipv4 (address);
  const uint8_t *bytes = address->bytes + (ipv4 ? 12 : 0);
  size_t length = ipv4 ? 4 : 16;
  Request request;

  request_init (&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL,
                sizeof request.body.address);
  request.body.address.ifa_family = ipv4 ? AF_INET : AF_INET6;
  request.body.address.ifa_prefixlen = (uint8_t) prefix_length;
  request.body.address.ifa_flags = ipv4 ? 0 : IFA_F_NODAD;
  request.body.address.ifa_index = if_nametoindex (name);
  request_add (&request, IFA_LOCAL, bytes, length);
  request_add (&request, IFA_ADDRESS, bytes, length);
  return request_send (&request);
}

bool
netlink_route_add (const char *name, const Address *prefix, unsigned length)
{
  bool ipv4 = address_is_ipv4 (prefix);
  uint32_t index = if_nametoindex (name);
  Request request;

  request_init (&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL,
                sizeof request.body.route);
  request.body.route.rtm_family = ipv4 ? AF_INET : AF_INET6;
  request.body.route.rtm_dst_len = (uint8_t) length;
  request.body.route.rtm_table = RT_TABLE_MAIN;
  request.body.route.rtm_protocol = RTPROT_STATIC;
  request.body.route.rtm_scope = ipv4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  request.body.route.rtm_type = RTN_UNICAST;
  request_add (&request, RTA_DST, prefix->bytes + (ipv4 ? 12 : 0),
               ipv4 ? 4 : 16);
  request_add (&request, RTA_OIF, &index, sizeof index);
  return request_send (&request);
}
